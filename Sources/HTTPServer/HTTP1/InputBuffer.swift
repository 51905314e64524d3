/// Bytes that a connection has sent and nobody has parsed yet.
struct InputBuffer {
    /// Capacity kept while nothing is buffered, in bytes; an idle connection holds no more than
    /// this for its input.
    static let retainedBytes = 4096

    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    /// Lends out what is buffered.
    func withSpan<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try body(bytes.span.extracting(start..<bytes.count))
    }

    mutating func append(_ new: UnsafeRawBufferPointer) {
        if start > 0, start >= count {
            // At most as many bytes are moved as were consumed since the last move.
            bytes.removeSubrange(..<start)
            start = 0
        }
        bytes.append(contentsOf: new)
    }

    /// Copies out the first `length` bytes.
    func prefix(_ length: Int) -> [UInt8] { Array(bytes[start..<start + length]) }

    mutating func consume(_ length: Int) {
        precondition(length <= count, "more was consumed than had been read")
        start += length
        guard start == bytes.count else { return }
        start = 0
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.retainedBytes)
    }
}
