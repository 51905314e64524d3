internal import Glibc

extension OutputSpan<UInt8> {
    /// - Precondition: The span has room for the text.
    @inline(__always)
    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// - Precondition: The span has room for the bytes.
    @inline(__always)
    package mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends the bytes of a value in memory order.
    ///
    /// - Precondition: The span has room for the bytes.
    @inline(__always)
    package mutating func append<Value: BitwiseCopyable>(bytesOf value: Value) {
        withUnsafeBytes(of: value) { append($0) }
    }

    /// - Precondition: The span has room for the bytes.
    @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        withUnsafeMutableBufferPointer { buffer, count in
            precondition(bytes.count <= buffer.count - count, "more than was asked for")
            guard let target = buffer.baseAddress, let source = bytes.baseAddress else { return }
            memcpy(target + count, source, bytes.count)
            count += bytes.count
        }
    }
}
