/// How a ``ProducerMessage`` holds its headers.
package enum MessageHeader {
    /// The size of the two lengths before a header's name.
    package static let lengthsBytes = 2 * MemoryLayout<UInt32>.size
    /// The length of a null value.
    static let nullLength = UInt32.max
}

// The headers of a message are written with these. They are inlinable, so that the copy of a constant
// becomes a few stores where it is written.
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

    mutating func append(_ header: KafkaHeader) {
        append(length: UInt32(header.name.utf8.count))
        append(length: header.value.map { UInt32($0.count) } ?? MessageHeader.nullLength)
        header.name.utf8.span.withUnsafeBytes { append(raw: $0) }
        header.value?.withUnsafeBytes { append(raw: $0) }
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
