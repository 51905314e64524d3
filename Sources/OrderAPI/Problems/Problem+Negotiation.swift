internal import HTTPServer

extension Problem {
    /// A 406 for a client that would not take the answer, as its request's fields say, or `nil`.
    ///
    /// RFC 9110 §12.5.1 lets a server answer such a request all the same. This one does not: who
    /// asks for HTML and would be sent JSON is told so.
    init?(notAcceptable fields: FieldSection, _ type: StaticString) {
        guard !AcceptField.takesEverything(fields), AcceptField.weight(of: type, in: fields) == 0
        else { return nil }
        self.init(notAcceptable: type)
    }

    init(notAcceptable type: StaticString) {
        self.init(.notAcceptable, "Accept excludes \(type), which is all there is here.")
    }

    /// A 412 (RFC 9110 §15.5.13).
    static let preconditionFailed = Problem(
        .preconditionFailed,
        "A condition of the request does not hold (If-Match, RFC 9110 §13.1.1)."
    )
}
