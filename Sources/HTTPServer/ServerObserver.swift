/// Learns what a server does, for those who count or trace; see ``Server``.
///
/// There is one for each loop, and every call comes on that loop: what is counted needs no lock.
package protocol ServerObserver: AnyObject, Sendable {
    func connectionOpened()
    func connectionClosed()

    /// The head of a request is complete, or what came instead of one is refused.
    func requestBegan()

    /// Called once for each ``requestBegan()``.
    ///
    /// - Parameter head: Whose ``RequestHead/route`` has a pattern; `nil` when nothing came that could
    ///   be read as a head.
    func requestFinished(_ head: RequestHead?, _ outcome: RequestOutcome)

    /// A request or a connection was refused because there is too much at once:
    /// ``RequestError/overloaded`` or ``RequestError/tooManyConnections(limit:)``.
    func shed(_ reason: RequestError)
}
