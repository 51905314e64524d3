/// The received bytes of a connection that are not parsed yet.
///
/// Most requests arrive complete in one read. They are parsed in the event loop's read buffer, and
/// only the rest is copied. An idle connection holds no memory for its input.
struct InputBuffer {
    private var bytes: [UInt8] = []
    private var start = 0
    /// The bytes of another buffer; while this is not empty, `bytes` is empty.
    private var lent = UnsafeRawBufferPointer(start: nil, count: 0)

    var count: Int { lent.count + bytes.count - start }
    var isEmpty: Bool { count == 0 }

    /// Calls `body` with the buffered bytes.
    func withSpan<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        if lent.isEmpty { return try body(bytes.span.extracting(start..<bytes.count)) }
        return try body(lent.assumingMemoryBound(to: UInt8.self).span)
    }

    /// Adds bytes by reference; they must stay valid until ``keep()`` is called.
    mutating func lend(_ new: UnsafeRawBufferPointer) {
        if isEmpty { lent = new } else { append(new) }
    }

    /// Copies the rest of the lent bytes before their buffer is reused.
    mutating func keep() {
        guard !lent.isEmpty else { return }
        let rest = lent
        lent = UnsafeRawBufferPointer(start: nil, count: 0)
        append(rest)
    }

    mutating func append(_ new: UnsafeRawBufferPointer) {
        keep()
        if start > 0, start >= bytes.count - start {
            // This moves at most as many bytes as were consumed since the last move.
            bytes.removeSubrange(..<start)
            start = 0
        }
        bytes.append(contentsOf: new)
    }

    /// Returns a copy of the first `length` bytes.
    func prefix(_ length: Int) -> [UInt8] {
        var prefix: [UInt8] = []
        append(length, to: &prefix)
        return prefix
    }

    /// Copies the first `length` bytes to the end of `target`.
    func append(_ length: Int, to target: inout [UInt8]) {
        withSpan { bytes in
            bytes.extracting(first: length).withUnsafeBufferPointer {
                target.append(contentsOf: $0)
            }
        }
    }

    mutating func consume(_ length: Int) {
        precondition(length <= count, "more was consumed than had been read")
        guard lent.isEmpty else {
            lent = UnsafeRawBufferPointer(rebasing: lent[length...])
            return
        }
        start += length
        guard start == bytes.count else { return }
        start = 0
        bytes = []
    }
}
