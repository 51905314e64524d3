internal import Transport

/// One request and its response on an HTTP/2 connection (RFC 9113 §5).
///
/// It belongs to its session and, like the session, has no run-time checks of exclusive access.
/// A later request reuses the object: see ``HTTP2Streams``.
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

    @exclusivity(unchecked) private(set) var id: Int32 = 0
    /// The index of this stream in its session's list of open streams.
    @exclusivity(unchecked) var index = 0
    /// No callback runs while it changes.
    @exclusivity(unchecked) private var builder = HTTP2HeadBuilder()
    /// The head, as far as it has arrived; a later request fills it again.
    @exclusivity(unchecked) private(set) var knownHead: RequestHead?
    /// Whether the head is complete.
    @exclusivity(unchecked) private(set) var hasWholeHead = false
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
    @exclusivity(unchecked) private var isInvalid = false
    /// The reason why the response is incomplete, if the server caused it.
    @exclusivity(unchecked) var failure: RequestOutcome.Ending?
    /// How the stream ended, once it is closed.
    @exclusivity(unchecked) var ending = RequestOutcome.Ending.complete

    /// Begins a request whose head is empty yet.
    ///
    /// It fills the earlier request's head again, unless someone still references it.
    func begin(_ id: Int32, index: Int, heads: RequestHeads) {
        self.id = id
        self.index = index
        if isKnownUniquelyReferenced(&knownHead) {
            lendHead { $0.empty() }
        } else {
            knownHead = heads.take()
        }
    }

    /// Begins with a request that was already read.
    func begin(_ id: Int32, index: Int, asking head: RequestHead) {
        self.id = id
        self.index = index
        knownHead = head
        hasWholeHead = true
        hasEnded = true
        state = .asked
    }

    /// Frees the content of a closed stream, of the request and of the response.
    func dropContent() {
        body = []
        answer.dropContent()
    }

    /// Clears the stream for another request, which may reuse its head.
    func empty() {
        builder = HTTP2HeadBuilder()
        if let knownHead, !RequestHeads.mayKeep(knownHead) { self.knownHead = nil }
        hasWholeHead = false
        body = []
        receivedBytes = 0
        bodyLimitBytes = 0
        state = .receiving
        hasEnded = false
        droppedBytes = 0
        deadline = nil
        answer = HTTP2Answer()
        work = nil
        isInvalid = false
        failure = nil
        ending = .complete
    }

    /// The complete head, until the request is over.
    var head: RequestHead? { hasWholeHead ? knownHead : nil }

    /// The head, without a count of the reference; this stream retains it.
    private var unmanagedHead: Unmanaged<RequestHead>? { knownHead.map(Unmanaged.passUnretained) }

    /// Calls `body` with the head, as far as it has arrived, without counting a reference.
    ///
    /// - Returns: `nil` when there is no head.
    @inline(__always)
    @discardableResult
    func lendHead<Value>(_ body: (RequestHead) -> Value) -> Value? {
        unmanagedHead?._withUnsafeGuaranteedRef(body)
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

    /// Whether the observer was told that the request began.
    var hasBegun: Bool { isInvalid || hasWholeHead && knownHead?.isAdmitted == true }

    /// Returns the outcome of the request, once the stream is closed.
    ///
    /// - Parameter now: The start of a request whose head is not complete.
    func outcome(now: MonotonicTime) -> RequestOutcome {
        RequestOutcome(
            status: answer.status,
            sentBytes: answer.sentBytes,
            ending: ending,
            start: hasWholeHead ? lendHead { $0.start } ?? now : now
        )
    }

    /// Whether the request is a HEAD, so that its response never has content (RFC 9110 §9.3.2).
    var isHead: Bool {
        guard let knownHead else { return false }
        return hasWholeHead ? knownHead.method == .head : builder.asksForHead(knownHead)
    }

    func append(
        _ name: UnsafeBufferPointer<UInt8>,
        _ value: UnsafeBufferPointer<UInt8>,
        limits: HTTP2HeadBuilder.Limits
    ) {
        guard !hasWholeHead else { return }
        lendHead { builder.append(name, value, limits: limits, into: $0) }
    }

    /// Marks the request as invalid if its head is not complete.
    ///
    /// - Returns: Whether the request begins with that.
    func failHead() -> Bool {
        guard !hasWholeHead else { return false }
        isInvalid = true
        // The former request's target must not be visible.
        knownHead?.begin(method: .get, path: 0..<0, query: nil)
        return true
    }

    /// Completes the head after all header fields.
    func finishHead(_ limits: HTTP2HeadBuilder.Limits) throws(RequestError) {
        // A closure that is passed to `Unmanaged` cannot throw typed errors.
        var error: RequestError?
        lendHead { head in
            do throws(RequestError) {
                try builder.finish(head, limits: limits)
                hasWholeHead = true
            } catch let found {
                error = found
            }
        }
        if let error { throw error }
    }
}
