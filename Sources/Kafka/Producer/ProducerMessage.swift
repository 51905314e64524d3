/// A message to publish: its headers, its key and its value, one after the other in one array.
///
/// An event has nine headers. With a value of its own for each part, a message would need twenty memory
/// allocations.
package struct ProducerMessage: Sendable {
    package let topic: String
    /// The partition; `nil` when the key decides.
    package let partition: Int32?
    /// The headers, the key and the value.
    ///
    /// A header is the length of its name, the length of its value, its name and its value. A null value
    /// has the length ``MessageHeader/nullLength`` and no bytes.
    private let memory: [UInt8]
    private let headersEnd: Int
    private let keyEnd: Int
    private let hasKey: Bool
    private let hasValue: Bool

    /// Creates a message that is written into memory of this size.
    ///
    /// - Parameters:
    ///   - mostBytes: The most bytes of all parts, with ``MessageHeader/lengthsBytes`` for each header.
    ///   - hasKey: Whether there is a key, which may be empty.
    ///   - hasValue: `false` for a tombstone.
    ///   - headers: Appends the headers, and nothing else.
    package init(
        topic: String,
        partition: Int32? = nil,
        mostBytes: Int,
        hasKey: Bool = true,
        hasValue: Bool = true,
        headers: (inout OutputSpan<UInt8>) -> Void,
        key: (inout OutputSpan<UInt8>) -> Void,
        value: (inout OutputSpan<UInt8>) -> Void
    ) {
        var (headersEnd, keyEnd) = (0, 0)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(mostBytes)
        bytes.append(addingCapacity: mostBytes) { output in
            headers(&output)
            headersEnd = output.count
            key(&output)
            keyEnd = output.count
            value(&output)
        }
        self.topic = topic
        self.partition = partition
        memory = bytes
        self.headersEnd = headersEnd
        self.keyEnd = keyEnd
        self.hasKey = hasKey
        self.hasValue = hasValue
    }

    /// - Parameter value: `nil` for a tombstone.
    package init(
        topic: String,
        key: [UInt8]?,
        value: [UInt8]?,
        headers: [KafkaHeader] = [],
        partition: Int32? = nil
    ) {
        let headerBytes = headers.reduce(0) {
            $0 + MessageHeader.lengthsBytes + $1.name.utf8.count + ($1.value?.count ?? 0)
        }
        self.init(
            topic: topic,
            partition: partition,
            mostBytes: headerBytes + (key?.count ?? 0) + (value?.count ?? 0),
            hasKey: key != nil,
            hasValue: value != nil,
            headers: { output in
                for header in headers { output.append(header) }
            },
            key: { output in key?.withUnsafeBytes { output.append(raw: $0) } },
            value: { output in value?.withUnsafeBytes { output.append(raw: $0) } }
        )
    }

    // MARK: Reading

    /// The size of the key, the value and the headers.
    var bytes: Int { memory.count }

    package var key: [UInt8]? { withKey { $0.map { Array($0) } } }

    package var value: [UInt8]? { withValue { $0.map { Array($0) } } }

    /// Calls `body` with the key; it is `nil` when there is none.
    func withKey<Value>(_ body: (UnsafeRawBufferPointer?) -> Value) -> Value {
        guard hasKey else { return body(nil) }
        return memory.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[headersEnd..<keyEnd]))
        }
    }

    /// Calls `body` with the value; it is `nil` for a tombstone.
    func withValue<Value>(_ body: (UnsafeRawBufferPointer?) -> Value) -> Value {
        guard hasValue else { return body(nil) }
        return memory.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[keyEnd...])) }
    }

    package var headers: [KafkaHeader] {
        var list: [KafkaHeader] = []
        forEachHeader { name, value in
            list.append(
                KafkaHeader(
                    name: String(decoding: name, as: UTF8.self),
                    value: value.map { Array($0) }
                )
            )
        }
        return list
    }

    var hasHeaders: Bool { headersEnd > 0 }

    /// Calls `body` with the name and the value of each header in order; a value may be null.
    func forEachHeader(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        memory.withUnsafeBytes { bytes in
            var position = 0
            func length() -> UInt32 {
                defer { position += MemoryLayout<UInt32>.size }
                return bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
            }
            func text(_ length: UInt32) -> UnsafeRawBufferPointer {
                defer { position += Int(length) }
                return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
            }
            while position < headersEnd {
                let (nameLength, valueLength) = (length(), length())
                let name = text(nameLength)
                body(name, valueLength == MessageHeader.nullLength ? nil : text(valueLength))
            }
        }
    }
}
