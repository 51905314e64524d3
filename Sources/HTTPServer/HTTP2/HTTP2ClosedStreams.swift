/// The streams of a connection that are over, as far as it matters (RFC 9113 §5.1, §5.1.1).
///
/// Keeping them in libnghttp2 costs 240 bytes a stream, and so doubles what a connection takes; a number
/// is enough. The oldest are forgotten: what comes for them is then passed over, as it may be.
struct HTTP2ClosedStreams {
    private enum Limits {
        static let remembered = 32
    }

    /// Those whose client has sent all, or has reset them: it has nothing more to say about them.
    private var ended = InlineArray<32, Int32>(repeating: 0)
    private var endedCount = 0
    /// The newest that has been begun.
    private var newest: Int32 = 0
    /// Those that were left out before it the last time that some were: they are closed, too.
    private var skipped: ClosedRange<Int32>?

    /// Whether a stream is not the first one with its number or a higher one.
    func isOld(_ stream: Int32) -> Bool { stream <= newest && stream > 0 }

    /// A client begins a stream that is not old.
    mutating func begin(_ stream: Int32) {
        // A client's have odd numbers: libnghttp2 ends the connection for another.
        guard stream & 1 == 1 else { return }
        let next = newest == 0 ? 1 : newest + 2
        if stream > next { skipped = next...stream - 2 }
        newest = stream
    }

    /// A stream is closed of which the client has sent the end.
    mutating func end(_ stream: Int32) {
        ended[endedCount % Limits.remembered] = stream
        endedCount &+= 1
    }

    func hasEnded(_ stream: Int32) -> Bool {
        ended.indices.contains { ended[$0] == stream }
    }

    func isSkipped(_ stream: Int32) -> Bool { skipped?.contains(stream) == true }
}
