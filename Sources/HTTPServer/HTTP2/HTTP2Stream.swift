internal import Transport

/// One request and its answer on an HTTP/2 connection (RFC 9113 §5).
///
/// Belongs to its session, and is no more checked for overlapping changes than that.
final class HTTP2Stream {
    enum State {
        case receiving
        /// The request has been handed out.
        case asked
        /// The request is refused; the client may still be sending it.
        case refused(UInt32)
        /// The refusal has been sent, and what comes meanwhile is thrown away: a client that sends a
        /// whole request before it looks for the answer finds it (RFC 9113 §8.1).
        case draining(UInt32)
    }

    let id: Int32
    /// Where it stands among the open streams of its session.
    @exclusivity(unchecked) var index: Int
    /// Nothing is called back while it changes.
    @exclusivity(unchecked) private var builder = HTTP2HeadBuilder()
    /// What it fills, until the head is complete.
    @exclusivity(unchecked) private var filling: RequestHead?
    /// From then on, until the request is over.
    @exclusivity(unchecked) var head: RequestHead?
    @exclusivity(unchecked) var body: [UInt8] = []
    /// How much content has come, kept or not, and how much may.
    @exclusivity(unchecked) var receivedBytes = 0
    @exclusivity(unchecked) var bodyLimitBytes = 0
    /// When the head was complete.
    @exclusivity(unchecked) var bodyStart = MonotonicTime.distantPast
    @exclusivity(unchecked) var state = State.receiving
    /// Whether the client has sent its last frame of it (RFC 9113 §5.1).
    @exclusivity(unchecked) var hasEnded = false
    /// How much has come of a request that has been refused.
    @exclusivity(unchecked) var droppedBytes = 0
    /// When the request has to be complete; while the answer is being made, when it has to be there;
    /// from then on, when the client has to have taken it; once a refusal has been sent, when the rest
    /// of its request has to have come; `nil` when there is no such time.
    @exclusivity(unchecked) var deadline: MonotonicTime?
    @exclusivity(unchecked) var answer = HTTP2Answer()
    /// What makes the answer, if that takes a task of its own.
    @exclusivity(unchecked) var work: HTTP2Work?
    /// Why the answer is not complete, where that is our doing.
    @exclusivity(unchecked) var failure: RequestOutcome.Ending?

    /// - Parameter filling: An empty head; `nil` for a request that has been read already.
    init(id: Int32, index: Int, filling: RequestHead?) {
        self.id = id
        self.index = index
        if filling == nil { state = .asked }
        self.filling = filling
    }

    /// Whether the request has been handed out or refused: what else comes of it is not looked at.
    var isDecided: Bool {
        if case .receiving = state { false } else { true }
    }

    /// The error code with which a refused request is reset if its client goes on sending it
    /// (RFC 9113 §7).
    var resetCode: UInt32? {
        switch state {
        case .receiving, .asked: nil
        case .refused(let code), .draining(let code): code
        }
    }

    var isDraining: Bool {
        if case .draining = state { true } else { false }
    }

    /// The head, as far as it has come.
    var knownHead: RequestHead? { head ?? filling }

    /// Whether the answer has no content, however it turns out (RFC 9110 §9.3.2).
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

    /// The header fields are complete.
    func finishHead(_ limits: ServerLimits) throws(RequestError) {
        guard let filling else { return }
        try builder.finish(filling, limits: limits)
        head = self.filling.take()
    }
}
