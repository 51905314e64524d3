/// What the server calls with each request, in this order: ``admit(_:)`` by its head,
/// ``answer(_:)`` when it is complete, ``finished(_:_:)`` when all is over.
///
/// It neither knows nor cares which version of HTTP carried the request. Every call comes on the
/// connection's loop: what blocks belongs elsewhere, and what waits is a pending answer.
package protocol RequestHandler: Sendable {
    /// Makes an object that goes with a request from ``admit(_:)`` to ``finished(_:_:)``: its
    /// ``RequestHead/context``. The same object serves one request after the other.
    func makeContext() -> AnyObject?

    /// Decides on a request before its content is read, and fills its context.
    ///
    /// A client that waits for `100 Continue` is told to go on only if the request is accepted
    /// (RFC 9110 §10.1.1).
    func admit(_ head: RequestHead) -> Admission

    /// Answers a request that was accepted.
    func answer(_ request: Request) -> Answer

    /// Called once for each request that ``admit(_:)`` was asked about, after the last byte of its
    /// answer has left or its client was gone.
    func finished(_ head: RequestHead, _ outcome: RequestOutcome)

    /// Answers what is no request that can be answered: broken framing, or a limit passed. Over
    /// HTTP/1.1 the connection is closed after the answer.
    ///
    /// - Parameter head: The head, as far as it had been read; without one, the bytes were none.
    func respond(to error: RequestError, _ head: RequestHead?) -> Response
}

extension RequestHandler {
    package func makeContext() -> AnyObject? { nil }
    package func admit(_ head: RequestHead) -> Admission { .accepted(nil, PathParameters()) }
    package func finished(_ head: RequestHead, _ outcome: RequestOutcome) {}
}
