internal import Text

/// The text of metrics while it is written.
package struct MetricSamples {
    private enum Limits {
        /// The bytes for which there is room at first: what a gateway with some traffic writes.
        static let usualBytes = 64 * 1024
    }

    private let format: MetricsFormat
    private var bytes: [UInt8] = []
    private var labels: [String] = []
    private var stem = ""
    private var name = ""

    init(_ format: MetricsFormat) {
        self.format = format
        bytes.reserveCapacity(Limits.usualBytes)
    }

    mutating func add(_ family: MetricFamily) {
        labels = family.labels
        name = family.name
        stem = String(family.stem)
        let isOpen = format == .openMetrics
        // In OpenMetrics, the metadata have the name of the family, and the samples a suffix.
        let subject = isOpen ? stem : name
        let kind = !isOpen && family.kind == .info ? .gauge : family.kind
        append("# HELP \(subject) \(Self.escaped(family.help, quotes: isOpen))\n")
        append("# TYPE \(subject) \(kind.rawValue)\n")
        if isOpen, let unit = family.unit { append("# UNIT \(subject) \(unit)\n") }
        family.collect(&self)
    }

    func finished() -> [UInt8] { format == .openMetrics ? bytes + Array("# EOF\n".utf8) : bytes }

    // MARK: Values

    /// - Parameter values: The values of the labels, in the order of the family.
    package mutating func add(_ value: Int, _ values: [String] = []) {
        line("", values, "\(value)")
    }

    package mutating func add(_ value: Double, _ values: [String] = []) {
        let whole = Int(exactly: value).map { "\($0)" }
        line("", values, whole ?? Self.text(value))
    }

    /// - Parameter exemplars: The exemplar of each bucket; empty if there are none.
    package mutating func add(
        _ histogram: HistogramSnapshot,
        _ values: [String] = [],
        exemplars: [Exemplar?] = []
    ) {
        var count = 0
        for (index, inside) in histogram.counts.enumerated() {
            count += inside
            let isLast = index == histogram.bounds.count
            let bound = isLast ? "+Inf" : Self.text(histogram.bounds[index])
            let exemplar = index < exemplars.count ? exemplars[index] : nil
            line("_bucket", values, bound: bound, "\(count)", exemplar)
        }
        line("_sum", values, Self.text(histogram.sum))
        line("_count", values, "\(count)")
    }

    // MARK: Text

    private mutating func line(
        _ suffix: String,
        _ values: [String],
        bound: String? = nil,
        _ value: String,
        _ exemplar: Exemplar? = nil
    ) {
        precondition(values.count == labels.count, "\(name) has \(labels.count) labels")
        append(name)
        append(suffix)
        if !values.isEmpty || bound != nil {
            var separator = "{"
            for (label, value) in zip(labels, values) {
                append("\(separator)\(label)=\"\(Self.escaped(value, quotes: true))\"")
                separator = ","
            }
            if let bound { append("\(separator)le=\"\(bound)\"") }
            append("}")
        }
        append(" \(value)")
        if let exemplar, format == .openMetrics { append(exemplar) }
        append("\n")
    }

    private mutating func append(_ exemplar: Exemplar) {
        let seconds = Double(exemplar.time.millisecondsSinceEpoch) / 1000
        let value = Double(exemplar.nanoseconds) / 1e9
        append(" # {trace_id=\"\(exemplar.traceID)\"} \(Self.text(value)) \(Self.text(seconds))")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let isPlain = text.utf8.allSatisfy {
            $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\"")
        }
        if isPlain { return text }
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        return value.isInfinite ? value < 0 ? "-Inf" : "+Inf" : "\(value)"
    }
}
