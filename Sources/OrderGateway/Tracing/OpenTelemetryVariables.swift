/// The variables whose names begin with `OTEL_`, and what is wrong with them.
struct OpenTelemetryVariables {
    private let environment: [String: String]
    private(set) var warnings: [String] = []
    /// Whether an export was asked for that is not possible.
    private(set) var isExportRefused = false

    /// - Parameter environment: Any variables; empty ones count as absent.
    init(_ environment: [String: String]) {
        self.environment = environment.filter { $0.key.hasPrefix("OTEL_") && !$0.value.isEmpty }
    }

    subscript(name: String) -> String? { environment[name] }

    mutating func warn(_ name: String, _ reason: String) {
        let warning = "\(name): \(reason)"
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    mutating func refuseExport(_ name: String, _ reason: String) {
        warn(name, reason)
        isExportRefused = true
    }

    /// Reads a truth value: anything but `true` is false.
    mutating func flag(_ name: String) -> Bool {
        guard let text = self[name] else { return false }
        return text.lowercased() == "true"
    }

    mutating func number(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            warn(
                name,
                "'\(text.shown)' is no whole number from \(range.lowerBound) to"
                    + " \(range.upperBound); the default is used"
            )
            return nil
        }
        return number
    }

    /// Reads a list such as `a=1,b=2`, whose values may be percent-encoded.
    ///
    /// The warning does not have the value, which may be secret. A list with an error is left out as
    /// a whole.
    mutating func list(_ name: String) -> [(name: String, value: String)]? {
        guard let text = self[name] else { return nil }
        var list: [(name: String, value: String)] = []
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, let name = Self.decoded(pair[0]), !name.isEmpty,
                let value = Self.decoded(pair[1])
            else {
                warn(name, "it has to be a list such as name=value,name=value; it is left out")
                return nil
            }
            list.append((name, value))
        }
        return list
    }

    // MARK: Variables of the exporter

    // Each exists for traces alone, and for all signals.

    func exporter(_ name: String) -> String? { self[exporterName(name)] }

    mutating func exporterNumber(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        number(exporterName(name), range)
    }

    mutating func exporterList(_ name: String) -> [(name: String, value: String)]? {
        list(exporterName(name))
    }

    mutating func warnExporter(_ name: String, _ reason: String) {
        warn(exporterName(name), reason)
    }

    private func exporterName(_ name: String) -> String {
        let own = "OTEL_EXPORTER_OTLP_TRACES_\(name)"
        return self[own] == nil ? "OTEL_EXPORTER_OTLP_\(name)" : own
    }

    // MARK: Percent-encoding

    /// Returns text without white space around it and with its encoded bytes (RFC 3986 §2.1).
    ///
    /// - Returns: `nil` if it is not valid UTF-8 then, or has a percent sign without two digits.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
        while rest.last == UInt8(ascii: " ") { rest.removeLast() }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
                let value = UInt8(digits, radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
