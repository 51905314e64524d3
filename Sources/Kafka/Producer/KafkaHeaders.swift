/// The headers of a message to publish, stored in one array.
///
/// An event has nine headers, and each would otherwise need two memory allocations.
package struct KafkaHeaders: Equatable, Sendable {
    /// The lengths of the name and the value, the name, and the value of each header.
    ///
    /// A null value has the length ``nullLength`` and no bytes.
    private var bytes: [UInt8] = []
    private(set) var count = 0

    /// The size in bytes, including the length fields.
    var size: Int { bytes.count }

    private typealias Length = UInt32
    private static let lengthBytes = MemoryLayout<Length>.size
    private static let nullLength = Length.max

    /// - Parameter count: The number of bytes to reserve.
    package init(reservingBytes count: Int) {
        bytes.reserveCapacity(count)
    }

    package init(_ headers: [KafkaHeader]) {
        for header in headers {
            if let value = header.value {
                append(header.name) { $0.append(contentsOf: value) }
            } else {
                appendNull(header.name)
            }
        }
    }

    package mutating func append(_ name: String, _ value: String) {
        append(name) { $0.append(contentsOf: value.utf8) }
    }

    /// - Parameter write: Appends the value.
    package mutating func append(_ name: String, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        appendName(name)
        let valueStart = bytes.count
        write(&bytes)
        setLengths(of: start, Length(bytes.count - valueStart), valueStart)
    }

    /// Appends a header whose value is null.
    package mutating func appendNull(_ name: String) {
        let start = bytes.count
        appendName(name)
        setLengths(of: start, Self.nullLength, bytes.count)
    }

    /// Appends space for the lengths, and the name.
    private mutating func appendName(_ name: String) {
        bytes.append(contentsOf: repeatElement(0, count: 2 * Self.lengthBytes))
        bytes.append(contentsOf: name.utf8)
    }

    /// Writes the lengths of the header that begins at `start`.
    private mutating func setLengths(of start: Int, _ value: Length, _ valueStart: Int) {
        let name = Length(valueStart - start - 2 * Self.lengthBytes)
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: name, toByteOffset: start, as: Length.self)
            $0.storeBytes(of: value, toByteOffset: start + Self.lengthBytes, as: Length.self)
        }
        count += 1
    }

    /// Calls `body` with the name and the value of each header in order; a value may be null.
    func forEach(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var position = 0
            func length() -> Length {
                defer { position += Self.lengthBytes }
                return bytes.loadUnaligned(fromByteOffset: position, as: Length.self)
            }
            func text(_ length: Length) -> UnsafeRawBufferPointer {
                defer { position += Int(length) }
                return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
            }
            for _ in 0..<count {
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
