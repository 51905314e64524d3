/// The state of the response on a stream; its content waits here for the client's window (RFC 9113
/// §5.2).
struct HTTP2Answer {
    enum Limits {
        /// The most bytes that are kept after they were put into frames, because others after them
        /// still wait.
        static let sentBytes = 32 * 1024
    }

    enum State {
        case none
        /// The content is complete.
        case whole
        /// More content may follow.
        case streaming
    }

    private(set) var state = State.none
    private(set) var status: Status?
    /// The number of content bytes that were put into frames.
    private(set) var sentBytes = 0
    /// The content that was not put into frames yet, from `start` on.
    private(set) var content: [UInt8] = []
    private var start = 0

    mutating func begin(_ status: Status, _ content: [UInt8]) {
        self.status = status
        self.content = content
        state = .whole
    }

    mutating func beginStream(_ status: Status) {
        self.status = status
        state = .streaming
    }

    /// Whether there is no response yet.
    var isAwaited: Bool {
        if case .none = state { true } else { false }
    }

    /// Whether all of the content was put into frames.
    var isTaken: Bool {
        if case .whole = state { waitingBytes == 0 } else { false }
    }

    var isStreaming: Bool {
        if case .streaming = state { true } else { false }
    }

    /// The number of bytes that wait to be sent.
    var waitingBytes: Int { content.count - start }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        if start == content.count {
            content.removeAll(keepingCapacity: true)
            start = 0
        } else if start >= Limits.sentBytes {
            content.removeSubrange(..<start)
            start = 0
        }
        content += bytes
    }

    /// Frees the content, when no more of it will be sent.
    mutating func dropContent() {
        content = []
        start = 0
    }

    mutating func endContent() { state = .whole }

    /// The result of a call of ``take(atMost:)``.
    enum Taken {
        case part(Int)
        case last(Int)
        /// No content is available yet.
        case nothing
    }

    /// Takes the next part of the content, which ``withTaken(_:_:)`` shows.
    mutating func take(atMost most: Int) -> Taken {
        let count = min(most, waitingBytes)
        if count == 0, isStreaming { return .nothing }
        start += count
        sentBytes += count
        return waitingBytes > 0 || isStreaming ? .part(count) : .last(count)
    }

    /// Calls `body` with the part of the content that was taken last.
    func withTaken(_ count: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        content.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start - count..<start]))
        }
    }
}
