/// Serves the connections of one loop.
///
/// All calls are made on the loop's thread.
package protocol ConnectionHandler: AnyObject, Sendable {
    /// Serves a connection until no work is left on it. The caller closes it.
    func serve(_ channel: Channel) async -> Channel.End

    /// Returns the bytes that tell a client that it has too many connections. The caller sends them
    /// and closes the connection.
    ///
    /// - Parameter limit: The maximum number of connections of one client.
    func refusal(limit: Int) -> [UInt8]
}
