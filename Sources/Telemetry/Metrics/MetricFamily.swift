/// A metric with its labels, and the function that reads its values.
package struct MetricFamily: Sendable {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
        /// Quantiles, by the label `quantile`.
        case summary
        /// A constant 1 whose labels describe something.
        case info
    }

    /// The name as Prometheus shows it: that of a counter ends with `_total`, of an info with `_info`.
    package let name: String
    package let kind: Kind
    package let help: String
    package let labels: [String]
    /// Adds the present values, each with the values of the labels in their order.
    let collect: @Sendable (inout MetricSamples) -> Void

    package init(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        labels: [String] = [],
        collect: @escaping @Sendable (inout MetricSamples) -> Void
    ) {
        precondition(kind != .counter || name.hasSuffix("_total"), "a counter is a total")
        precondition(kind != .info || name.hasSuffix("_info"), "an info is named so")
        precondition(([name] + labels).allSatisfy(Self.isName), "no name of a metric or label")
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.collect = collect
    }

    /// Creates a metric with one value, such as a number of connections.
    package init(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        value: @escaping @Sendable () -> Double
    ) {
        self.init(name, kind, help) { $0.add(value(), []) }
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                $0 == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
            }
    }

    /// The name without what OpenMetrics adds to it by the kind.
    var stem: Substring {
        switch kind {
        case .counter: name.dropLast("_total".count)
        case .info: name.dropLast("_info".count)
        case .gauge, .histogram, .summary: name[...]
        }
    }

    /// The unit, which ends the stem (OpenMetrics 1.0, "Units and Base Units").
    var unit: String? {
        ["seconds", "bytes"].first { stem.hasSuffix("_\($0)") }
    }
}
