internal import CNghttp2

/// An answer's fields as libnghttp2 takes them: names in lower case (RFC 9113 §8.2.1).
struct HTTP2FieldList {
    private struct Entry {
        let name: Range<Int>
        let value: Range<Int>
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    init() {
        bytes.reserveCapacity(512)
        entries.reserveCapacity(8)
    }

    mutating func append(_ name: StaticString, decimal number: Int) {
        append(name, Array("\(number)".utf8))
    }

    mutating func append(_ name: StaticString, _ value: [UInt8]) {
        let start = bytes.count
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        let middle = bytes.count
        bytes.append(contentsOf: value)
        entries.append(Entry(name: start..<middle, value: middle..<bytes.count))
    }

    mutating func append(_ section: FieldSection) {
        let offset = bytes.count
        bytes.append(contentsOf: section.bytes)
        section.visit { name, value in
            let name = name.lowerBound + offset..<name.upperBound + offset
            for index in name { bytes[index] = Octets.lowercased(bytes[index]) }
            let value = value.lowerBound + offset..<value.upperBound + offset
            entries.append(Entry(name: name, value: value))
            return true
        }
    }

    /// Gives out the list; libnghttp2 copies what it keeps of it.
    mutating func withNameValues(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Void) {
        let entries = entries
        bytes.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            let list = entries.map { entry in
                nghttp2_nv(
                    name: base + entry.name.lowerBound,
                    value: base + entry.value.lowerBound,
                    namelen: entry.name.count,
                    valuelen: entry.value.count,
                    flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)
                )
            }
            list.withUnsafeBufferPointer(body)
        }
    }
}
