/// Takes the content of a response piece by piece and sends it to the client.
///
/// Callers must run on the connection's event loop, like the response's task and its child tasks.
/// Only one call may run at a time.
package protocol BodyWriter: Sendable {
    /// Suspends while the client is slow to read; returns when the bytes are queued for sending.
    ///
    /// - Throws: ``ClientGone`` when the client no longer takes content.
    func write(_ bytes: [UInt8]) async throws(ClientGone)
}

/// The client has left, or does not read what the server sends.
package struct ClientGone: Error, Equatable {}
