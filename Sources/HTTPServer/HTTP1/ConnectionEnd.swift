/// Why a connection ends, or where it goes on.
enum ConnectionEnd {
    /// The peer is gone or too slow to be told anything.
    case drop
    /// The last answer is written; the peer may still be sending.
    case linger
    /// Both sides are through.
    case close
    /// It goes on as HTTP/2.
    indirect case http2(HTTP2Start)
}
