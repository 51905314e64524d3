/// One request and its answer on an HTTP/2 connection (RFC 9113 §5).
final class HTTP2Stream {
    let id: Int32
    /// Until the request is complete; then it has been handed out.
    var head: HTTP2HeadBuilder
    var requestHead: RequestHead?
    var body: [UInt8] = []
    /// When the head was complete.
    var bodyStart = MonotonicTime.distantPast
    /// Whether the request has been handed out or refused: what else comes of it is not looked at.
    var isDecided = false
    /// Whether the answer refuses a request that the client may still be sending: the rest is then
    /// asked not to be sent (RFC 9113 §8.1).
    var isRefused = false
    /// When the request has to be complete, or, once there is an answer, taken by the client; `nil`
    /// while the answer is being made.
    var deadline: MonotonicTime?
    /// The rest of the answer's content.
    var answer: ArraySlice<UInt8> = []

    init(id: Int32, heads: RequestHeads) {
        self.id = id
        head = HTTP2HeadBuilder(heads)
    }
}
