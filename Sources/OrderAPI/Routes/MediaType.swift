internal import HTTPServer
internal import Orders

/// The media types that `POST /orders` accepts (RFC 9110 §8.3, §15.5.16).
enum MediaType {
    private enum Limits {
        /// The limit of bytes to inspect.
        ///
        /// The longest type has 127 characters before and after its slash (RFC 6838 §4.2).
        static let bytes = 256
    }

    /// Returns the reason why the type of a body is not accepted, or `nil`.
    ///
    /// A missing or empty type counts as JSON. The form type also counts as JSON, because `curl -d`
    /// sends it by default. In all cases the body must be JSON.
    static func problem(of fields: FieldSection) -> Problem? {
        // Most clients send this.
        if fields.isOnly(.contentType, "application/json") { return nil }
        let type: ArraySlice<UInt8>
        switch fields.single(.contentType) {
        case .absent: return nil
        case .once(let value): type = value
        case .repeated:
            return unsupported("Content-Type was sent more than once; send application/json once.")
        }
        let essence = type.prefix(Limits.bytes).prefix {
            $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t")
        }
        if type.isEmpty || isJSON(essence) { return nil }
        return unsupported(
            "Content-Type \(Excerpt(essence)) is not supported; send application/json."
        )
    }

    private static func isJSON(_ essence: ArraySlice<UInt8>) -> Bool {
        essence.isEqual(ignoringCase: "application/json")
            || essence.isEqual(ignoringCase: "application/x-www-form-urlencoded")
            // See RFC 6839 §3.1.
            || essence.hasPrefix(ignoringCase: "application/")
                && essence.hasSuffix(ignoringCase: "+json")
    }

    private static func unsupported(_ detail: String) -> Problem {
        var problem = Problem(.unsupportedMediaType, detail)
        // RFC 9110 §15.5.16 suggests the field Accept in the response.
        problem.fields = [(.accept, "application/json")]
        return problem
    }
}
