/// The reason why a connection ends, or the protocol that continues it.
enum ConnectionEnd {
    /// The peer has left or is too slow to receive a response.
    case drop
    /// The last response is written; the peer may still be sending.
    case linger
    /// Both sides have finished.
    case close
    /// The connection continues as HTTP/2.
    indirect case http2(HTTP2Start)
}
