/// Takes the content of an answer piece by piece, and gives it to the client.
///
/// To be called on the connection's loop only, which is where the task of the answer and its child
/// tasks run; one call at a time.
package protocol BodyWriter: Sendable {
    /// Suspends for as long as the client is behind; then the bytes are on their way.
    ///
    /// - Throws: ``ClientGone`` when nobody takes them any more.
    func write(_ bytes: [UInt8]) async throws(ClientGone)
}

/// The client has left, or does not take what it is sent.
package struct ClientGone: Error, Equatable {}
