internal import HTTPServer
internal import Orders

/// What bodies `POST /orders` takes (RFC 9110 §8.3, §15.5.16).
enum MediaType {
    private enum Limits {
        /// The most of a type that is looked at: the longest has 127 characters before and after its
        /// slash (RFC 6838 §4.2).
        static let bytes = 256
    }

    /// Why a body's type is not taken, or `nil`.
    ///
    /// A missing type, or an empty one, is taken for JSON, and so is the form type: it is what
    /// `curl -d` sends when nobody says otherwise, and the body has to be JSON all the same.
    static func problem(of fields: FieldSection) -> Problem? {
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
            // RFC 6839 §3.1.
            || essence.hasPrefix(ignoringCase: "application/")
                && essence.hasSuffix(ignoringCase: "+json")
    }

    private static func unsupported(_ detail: String) -> Problem {
        var problem = Problem(.unsupportedMediaType, detail)
        // RFC 9110 §15.5.16 suggests Accept in the answer.
        problem.fields = [(.accept, "application/json")]
        return problem
    }
}
