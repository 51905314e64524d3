internal import HTTPServer

/// What a client would take as an answer (RFC 9110 §12.5.1).
///
/// Parameters of a media range other than its weight are not looked at: many clients name a charset
/// there.
struct AcceptField {
    private let ranges: [Range]

    private struct Range {
        let type: String
        let subtype: String
        let isAcceptable: Bool

        /// How exactly it names a media type; `nil` when it is about others.
        func precision(_ type: String, _ subtype: String) -> Int? {
            if self.type == type {
                return self.subtype == subtype ? 2 : self.subtype == "*" ? 1 : nil
            }
            return self.type == "*" && self.subtype == "*" ? 0 : nil
        }
    }

    /// What is no media range is passed over; a field without any takes everything.
    init(_ value: String) {
        ranges = value.lowercased().split(separator: ",").compactMap { member in
            let parts = member.split(separator: ";").map {
                $0.trimmingPrefix { $0 == " " || $0 == "\t" }
            }
            let names = (parts.first ?? "").prefix { $0 != " " && $0 != "\t" }
                .split(separator: "/", omittingEmptySubsequences: false)
            guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
            return Range(
                type: String(names[0]),
                subtype: String(names[1]),
                isAcceptable: weight.flatMap { Double($0) } != 0
            )
        }
    }

    /// Whether the range that names this type most exactly takes it.
    func allows(_ type: String, _ subtype: String) -> Bool {
        guard !ranges.isEmpty else { return true }
        let named = ranges.compactMap { range in
            range.precision(type, subtype).map { (precision: $0, range: range) }
        }
        return named.max { $0.precision < $1.precision }?.range.isAcceptable ?? false
    }
}

extension Problem {
    /// A 406 for a client that would not take the answer, as its request's fields say, or `nil`.
    ///
    /// RFC 9110 §12.5.1 lets a server answer such a request all the same. This one does not: who
    /// asks for HTML and would be sent JSON is told so.
    init?(notAcceptable fields: FieldSection, _ type: String, _ subtype: String) {
        // What most programs send that are no browsers need not be taken apart.
        guard let first = fields.first(.accept),
            !first.elementsEqual("*/*".utf8) || fields.lines(of: .accept) > 1,
            let value = fields[.accept], !AcceptField(value).allows(type, subtype)
        else { return nil }
        self.init(.notAcceptable, "Accept excludes \(type)/\(subtype), which is all there is here.")
    }
}
