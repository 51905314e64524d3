/// The headers of a message to publish, stored in one array.
///
/// An event has nine headers, and each would otherwise need two memory allocations.
package struct KafkaHeaders: Equatable, Sendable {
    /// The lengths of the name and the value, the name, and the value of each header.
    ///
    /// A null value has the length ``nullLength`` and no bytes.
    private var bytes: [UInt8] = []

    /// The size in bytes, including the length fields.
    var size: Int { bytes.count }

    private typealias Length = UInt32
    package static let lengthsBytes = 2 * MemoryLayout<UInt32>.size
    private static let nullLength = Length.max

    /// Creates headers that are written one after the other into memory of this size.
    ///
    /// - Parameters:
    ///   - mostBytes: The most bytes of all names and values, and ``lengthsBytes`` for each header.
    ///   - write: Appends the headers, and nothing else.
    package init(mostBytes: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        bytes.reserveCapacity(mostBytes)
        bytes.append(addingCapacity: mostBytes, initializingWith: write)
    }

    package init(_ headers: [KafkaHeader]) {
        let most = headers.reduce(0) {
            $0 + Self.lengthsBytes + $1.name.utf8.count + ($1.value?.count ?? 0)
        }
        self.init(mostBytes: most) { output in
            for header in headers {
                output.append(
                    header: header.name.utf8.span,
                    header.value.map { Length($0.count) } ?? Self.nullLength
                )
                header.value?.withUnsafeBytes { output.append(raw: $0) }
            }
        }
    }

    /// The number of headers.
    var count: Int {
        var count = 0
        forEach { _, _ in count += 1 }
        return count
    }

    /// Calls `body` with the name and the value of each header in order; a value may be null.
    func forEach(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var position = 0
            func length() -> Length {
                defer { position += MemoryLayout<Length>.size }
                return bytes.loadUnaligned(fromByteOffset: position, as: Length.self)
            }
            func text(_ length: Length) -> UnsafeRawBufferPointer {
                defer { position += Int(length) }
                return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
            }
            while position < bytes.count {
                let (nameLength, valueLength) = (length(), length())
                let name = text(nameLength)
                body(name, valueLength == Self.nullLength ? nil : text(valueLength))
            }
        }
    }

    /// The headers as an array of separate values.
    package var list: [KafkaHeader] {
        var list: [KafkaHeader] = []
        forEach { name, value in
            list.append(
                KafkaHeader(
                    name: String(decoding: name, as: UTF8.self),
                    value: value.map { Array($0) }
                )
            )
        }
        return list
    }
}
