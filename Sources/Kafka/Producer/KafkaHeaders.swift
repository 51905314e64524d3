/// The headers of a message to be published, one behind the other in one array: an event has nine of
/// them, and each would otherwise take memory twice.
package struct KafkaHeaders: Equatable, Sendable {
    /// For each header the lengths of its name and of its value, the name, the value.
    private var bytes: [UInt8] = []
    private(set) var count = 0

    private typealias Length = UInt32
    private static let lengthBytes = MemoryLayout<Length>.size

    /// - Parameter count: Room for this many bytes is made at once.
    package init(reservingBytes count: Int) {
        bytes.reserveCapacity(count)
    }

    package init(_ headers: [KafkaHeader]) {
        for header in headers { append(header.name) { $0.append(contentsOf: header.value) } }
    }

    package mutating func append(_ name: String, _ value: String) {
        append(name) { $0.append(contentsOf: value.utf8) }
    }

    /// - Parameter write: Appends the value.
    package mutating func append(_ name: String, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        let nameStart = start + 2 * Self.lengthBytes
        bytes.append(contentsOf: repeatElement(0, count: 2 * Self.lengthBytes))
        bytes.append(contentsOf: name.utf8)
        let valueStart = bytes.count
        write(&bytes)
        let lengths = (Length(valueStart - nameStart), Length(bytes.count - valueStart))
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: lengths.0, toByteOffset: start, as: Length.self)
            $0.storeBytes(of: lengths.1, toByteOffset: start + Self.lengthBytes, as: Length.self)
        }
        count += 1
    }

    /// Lends out the name and the value of each header, in their order.
    func forEach(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var position = 0
            func length() -> Int {
                defer { position += Self.lengthBytes }
                return Int(bytes.loadUnaligned(fromByteOffset: position, as: Length.self))
            }
            func text(_ count: Int) -> UnsafeRawBufferPointer {
                defer { position += count }
                return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
            }
            for _ in 0..<count {
                let (nameLength, valueLength) = (length(), length())
                let name = text(nameLength)
                body(name, text(valueLength))
            }
        }
    }

    /// The headers one by one.
    package var list: [KafkaHeader] {
        var list: [KafkaHeader] = []
        forEach { name, value in
            list.append(
                KafkaHeader(name: String(decoding: name, as: UTF8.self), value: Array(value))
            )
        }
        return list
    }
}
