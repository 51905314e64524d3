extension [UInt8] {
    /// Creates an array of at most `most` bytes.
    ///
    /// The initializers of the standard library that do this are not specialised for bytes.
    @inlinable
    @inline(__always)
    package init(most: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        self = []
        reserveCapacity(most)
        append(addingCapacity: most, initializingWith: write)
    }
}

// These are inlinable, so that the copy of a constant becomes a few stores where it is written.
extension OutputSpan<UInt8> {
    /// - Precondition: The span has room for the text.
    @inlinable
    @inline(__always)
    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the bytes of a value in memory order.
    ///
    /// - Precondition: The span has room for the bytes.
    @inlinable
    @inline(__always)
    package mutating func append<Value: BitwiseCopyable>(bytesOf value: Value) {
        withUnsafeBytes(of: value) { append($0) }
    }

    /// Appends bytes that `write` writes to memory, all of them.
    ///
    /// - Precondition: The span has room for the bytes.
    @inline(__always)
    mutating func append(count added: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
        withUnsafeMutableBufferPointer { buffer, count in
            precondition(added <= buffer.count - count, "more than was asked for")
            guard let start = buffer.baseAddress else { return }
            write(UnsafeMutableRawPointer(start + count))
            count += added
        }
    }

    /// - Precondition: The span has room for the bytes.
    @inlinable
    @inline(__always)
    package mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// - Precondition: The span has room for the bytes.
    @inlinable
    @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeMutableBufferPointer { buffer, count in
            precondition(bytes.count <= buffer.count - count, "more than was asked for")
            guard let target = buffer.baseAddress, let source = bytes.baseAddress else { return }
            UnsafeMutableRawPointer(target + count)
                .copyMemory(from: source, byteCount: bytes.count)
            count += bytes.count
        }
    }
}
