// The headers of a message are written with these, into the memory of ``KafkaHeaders``. They are
// inlinable, so that the copy of a constant becomes a few stores where it is written.
extension OutputSpan<UInt8> {
    /// Appends a header with a constant value.
    @inlinable
    @inline(__always)
    package mutating func append(header name: StaticString, _ value: StaticString) {
        append(header: name) { $0.append(raw: value) }
    }

    /// - Parameter value: Appends the value.
    @inlinable
    @inline(__always)
    package mutating func append(
        header name: StaticString,
        _ value: (inout OutputSpan<UInt8>) -> Void
    ) {
        append(length: UInt32(name.utf8CodeUnitCount))
        let lengthPlace = count
        append(length: 0)
        append(raw: name)
        let start = count
        value(&self)
        let length = UInt32(count - start)
        withUnsafeMutableBufferPointer { buffer, _ in
            UnsafeMutableRawBufferPointer(buffer)
                .storeBytes(of: length, toByteOffset: lengthPlace, as: UInt32.self)
        }
    }

    /// Appends a header without the bytes of its value.
    mutating func append(header name: Span<UInt8>, _ valueLength: UInt32) {
        append(length: UInt32(name.count))
        append(length: valueLength)
        name.withUnsafeBytes { append(raw: $0) }
    }

    @inlinable
    @inline(__always)
    mutating func append(length: UInt32) {
        withUnsafeBytes(of: length) { append(raw: $0) }
    }

    @inlinable
    @inline(__always)
    mutating func append(raw text: StaticString) {
        append(raw: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inlinable
    @inline(__always)
    mutating func append(raw bytes: UnsafeRawBufferPointer) {
        withUnsafeMutableBufferPointer { buffer, count in
            precondition(bytes.count <= buffer.count - count, "more than was asked for")
            guard let target = buffer.baseAddress, let source = bytes.baseAddress else { return }
            UnsafeMutableRawPointer(target + count)
                .copyMemory(from: source, byteCount: bytes.count)
            count += bytes.count
        }
    }
}
