/// Receives events of a server, for metrics and tracing; see ``Server``.
///
/// Each event loop has its own observer and makes every call, so counters need no lock.
package protocol ServerObserver: AnyObject, Sendable {
    func connectionOpened()
    func connectionClosed()

    /// The head of a request is complete, or invalid input is refused instead.
    func requestBegan()

    /// Called once for each ``requestBegan()``.
    ///
    /// - Parameter head: The head, whose ``RequestHead/route`` has a pattern; `nil` when the input
    ///   contained no readable head.
    func requestFinished(_ head: RequestHead?, _ outcome: RequestOutcome)

    /// A request or a connection was refused because of load.
    ///
    /// The reason is ``RequestError/overloaded`` or ``RequestError/tooManyConnections(limit:)``.
    func shed(_ reason: RequestError)
}
