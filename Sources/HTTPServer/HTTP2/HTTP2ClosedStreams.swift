/// The closed streams of a connection, as far as the rules need them (RFC 9113 §5.1, §5.1.1).
///
/// If libnghttp2 kept them, each stream would cost 240 bytes, which doubles the memory of a
/// connection. Their numbers are enough. The oldest are forgotten; frames for them are then
/// ignored, which the RFC allows.
struct HTTP2ClosedStreams {
    private enum Limits {
        static let remembered = 32
    }

    /// The streams that the client has completed or reset; it may send no more frames for them.
    private var ended = InlineArray<32, Int32>(repeating: 0)
    private var endedCount = 0
    /// The newest stream that the client has begun.
    private var newest: Int32 = 0
    /// The numbers that the client left out the last time it skipped some; these streams are
    /// closed, too.
    private var skipped: ClosedRange<Int32>?

    /// Returns whether the client has already begun a stream with this number or a higher one.
    func isOld(_ stream: Int32) -> Bool { stream <= newest && stream > 0 }

    /// Records that the client begins a stream that is not old.
    mutating func begin(_ stream: Int32) {
        // Streams of a client have odd numbers; libnghttp2 ends the connection for an even one.
        guard stream & 1 == 1 else { return }
        let next = newest == 0 ? 1 : newest + 2
        if stream > next { skipped = next...stream - 2 }
        newest = stream
    }

    /// Records a closed stream that the client has completed or reset.
    mutating func end(_ stream: Int32) {
        ended[endedCount % Limits.remembered] = stream
        endedCount &+= 1
    }

    func hasEnded(_ stream: Int32) -> Bool {
        ended.indices.contains { ended[$0] == stream }
    }

    func isSkipped(_ stream: Int32) -> Bool { skipped?.contains(stream) == true }
}
