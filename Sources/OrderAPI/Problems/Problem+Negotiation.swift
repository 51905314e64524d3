internal import HTTPServer

extension Problem {
    /// Creates a 406 for a client whose header fields exclude the response's type; otherwise `nil`.
    ///
    /// RFC 9110 §12.5.1 allows a server to ignore the preference. This server does not: a client
    /// that asks for HTML gets an error instead of JSON.
    init?(notAcceptable fields: borrowing FieldSection, _ type: StaticString) {
        guard !AcceptField.takesEverything(fields), AcceptField.weight(of: type, in: fields) == 0
        else { return nil }
        self.init(notAcceptable: type)
    }

    init(notAcceptable type: StaticString) {
        self.init(.notAcceptable, "Accept excludes \(type), which is all there is here.")
    }

    /// The response 412 (RFC 9110 §15.5.13).
    static let preconditionFailed = Problem(
        .preconditionFailed,
        "A condition of the request does not hold (If-Match, RFC 9110 §13.1.1)."
    )
}
