/// Serves the connections of one loop.
///
/// Every call comes on the loop's thread.
package protocol ConnectionHandler: AnyObject, Sendable {
    /// Serves a connection until there is nothing more to do on it. The caller closes it.
    func serve(_ channel: Channel) async -> Channel.End

    /// The bytes that tell a client that it has more connections than it may; they are sent before
    /// the connection is closed.
    ///
    /// - Parameter limit: Most connections of one client.
    func refusal(limit: Int) -> [UInt8]
}
