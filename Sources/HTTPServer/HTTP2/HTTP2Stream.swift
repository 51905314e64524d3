internal import Transport

/// One request and its response on an HTTP/2 connection (RFC 9113 §5).
///
/// It belongs to its session and, like the session, has no run-time checks of exclusive access.
final class HTTP2Stream {
    enum State {
        case receiving
        /// The request was passed to the handler.
        case asked
        /// The request is refused; the client may still be sending it.
        case refused(UInt32)
        /// The refusal has been sent, and further content is discarded.
        ///
        /// A client that sends its whole request before it reads the response still receives the
        /// response (RFC 9113 §8.1).
        case draining(UInt32)
    }

    let id: Int32
    /// The index of this stream in its session's list of open streams.
    @exclusivity(unchecked) var index: Int
    /// No callback runs while it changes.
    @exclusivity(unchecked) private var builder = HTTP2HeadBuilder()
    /// The head that the builder fills, until it is complete.
    @exclusivity(unchecked) private var filling: RequestHead?
    /// The complete head, until the request is over.
    @exclusivity(unchecked) var head: RequestHead?
    @exclusivity(unchecked) var body: [UInt8] = []
    /// The content bytes that have arrived, kept or not, and their limit.
    @exclusivity(unchecked) var receivedBytes = 0
    @exclusivity(unchecked) var bodyLimitBytes = 0
    /// The time when the head was complete.
    @exclusivity(unchecked) var bodyStart = MonotonicTime.distantPast
    @exclusivity(unchecked) var state = State.receiving
    /// Whether the client has sent the last frame of the stream (RFC 9113 §5.1).
    @exclusivity(unchecked) var hasEnded = false
    /// The number of bytes of a refused request that arrived after the refusal.
    @exclusivity(unchecked) var droppedBytes = 0
    /// The current deadline of the stream, or `nil` when there is none.
    ///
    /// In this order, it limits the receipt of the request, the creation of the response, and the
    /// client's receipt of the response. After a refusal was sent, it limits the receipt of the
    /// rest of the request.
    @exclusivity(unchecked) var deadline: MonotonicTime?
    @exclusivity(unchecked) var answer = HTTP2Answer()
    /// The work that creates the response, if it needs its own task.
    @exclusivity(unchecked) var work: HTTP2Work?
    /// Whether the request began as an invalid one; other requests begin when they are admitted.
    @exclusivity(unchecked) var isInvalid = false
    /// The reason why the response is incomplete, if the server caused it.
    @exclusivity(unchecked) var failure: RequestOutcome.Ending?

    /// - Parameter filling: An empty head; `nil` for a request that was already read.
    init(id: Int32, index: Int, filling: RequestHead?) {
        self.id = id
        self.index = index
        if filling == nil { state = .asked }
        self.filling = filling
    }

    /// Whether the request was passed on or refused; the rest of its input is then ignored.
    var isDecided: Bool {
        if case .receiving = state { false } else { true }
    }

    /// The error code of the reset if the client continues to send a refused request (RFC 9113 §7).
    var resetCode: UInt32? {
        switch state {
        case .receiving, .asked: nil
        case .refused(let code), .draining(let code): code
        }
    }

    var isDraining: Bool {
        if case .draining = state { true } else { false }
    }

    /// The head, as far as it has arrived.
    var knownHead: RequestHead? { head ?? filling }

    /// Whether the observer was told that the request began.
    var hasBegun: Bool { isInvalid || head?.isAdmitted == true }

    /// Whether the request is a HEAD, so that its response never has content (RFC 9110 §9.3.2).
    var isHead: Bool {
        if let head { return head.method == .head }
        return filling.map { builder.asksForHead($0) } ?? false
    }

    func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        limits: ServerLimits
    ) {
        guard let filling else { return }
        builder.append(name, value, limits: limits, into: filling)
    }

    /// Marks the request as invalid if its head is not complete.
    ///
    /// - Returns: Whether the request begins with that.
    func failHead() -> Bool {
        guard head == nil else { return false }
        isInvalid = true
        // The former request's target must not be visible.
        filling?.begin(method: .get, path: 0..<0, query: nil)
        return true
    }

    /// Completes the head after all header fields.
    func finishHead(_ limits: ServerLimits) throws(RequestError) {
        guard let filling else { return }
        try builder.finish(filling, limits: limits)
        head = self.filling.take()
    }
}
