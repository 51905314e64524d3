/// The functions that the server calls for each request, in this order.
///
/// - ``admit(_:)`` when the head is complete,
/// - ``answer(_:)`` when the request is complete,
/// - ``finished(_:_:)`` when the request is over.
///
/// The handler does not depend on the HTTP version. Every call runs on the connection's event loop
/// and must not block; a response that needs a wait is a pending answer.
package protocol RequestHandler: Sendable {
    /// Creates the ``RequestHead/context`` of a request, which lasts from ``admit(_:)`` to
    /// ``finished(_:_:)``.
    ///
    /// Later requests reuse the same object, one at a time.
    func makeContext() -> AnyObject?

    /// Decides on a request before its content is read, and fills its context.
    ///
    /// A client that waits for `100 Continue` receives it only if the request is accepted (RFC 9110
    /// §10.1.1).
    func admit(_ head: RequestHead) -> Admission

    /// Handles a request that was accepted.
    func answer(_ request: Request) -> Answer

    /// Called once for each request that was passed to ``admit(_:)``, after the last byte of its
    /// response was sent or the client left.
    func finished(_ head: RequestHead, _ outcome: RequestOutcome)

    /// Returns the response to input that is not a valid request: broken framing, or an exceeded
    /// limit.
    ///
    /// Over HTTP/1.1 the connection closes after the response.
    ///
    /// - Parameter head: The head, as far as it was parsed; `nil` when the bytes contained no head.
    func respond(to error: RequestError, _ head: RequestHead?) -> Response
}

extension RequestHandler {
    package func makeContext() -> AnyObject? { nil }
    package func admit(_ head: RequestHead) -> Admission { .accepted(nil, PathParameters()) }
    package func finished(_ head: RequestHead, _ outcome: RequestOutcome) {}
}
