package import HTTPTypes

/// The fields of a message, in order (RFC 9110 §5).
///
/// Two allocations whatever the number of fields: the bytes as they stand on the wire, and where in
/// them each name and value lies. A received section keeps the bytes that it arrived as; a section
/// made here is written to an HTTP/1.1 answer with one copy.
package struct FieldSection: Sendable {
    struct Entry: Sendable {
        let name: Range<UInt32>
        let value: Range<UInt32>
    }

    /// Lines of the form `Name: value CRLF`, for a section made here; else the whole received head.
    private(set) var bytes: [UInt8]
    private(set) var entries: [Entry]

    package init() {
        bytes = []
        entries = []
    }

    /// A section of a received message: `entries` point into `bytes`.
    init(received bytes: [UInt8], entries: [Entry]) {
        self.bytes = bytes
        self.entries = entries
    }

    /// The number of field lines.
    package var count: Int { entries.count }

    /// Makes room, so that a section of about this size is built without growing.
    package mutating func reserve(bytes byteCount: Int, lines: Int) {
        bytes.reserveCapacity(byteCount)
        entries.reserveCapacity(lines)
    }

    // MARK: Reading

    /// The value of the first line with this name, without the white space around it.
    ///
    /// - Complexity: O(*n*) in the number of fields, which the head's limits bound.
    package func first(_ name: HTTPField.Name) -> ArraySlice<UInt8>? {
        for entry in entries where matches(entry, name) { return value(entry) }
        return nil
    }

    /// All values of a name as one list (RFC 9110 §5.3), or `nil` when the field is absent.
    ///
    /// Bytes that are not UTF-8 are replaced.
    package subscript(name: HTTPField.Name) -> String? {
        var combined: String?
        for entry in entries where matches(entry, name) {
            let text = String(decoding: value(entry), as: UTF8.self)
            combined = combined.map { "\($0), \(text)" } ?? text
        }
        return combined
    }

    /// The number of lines with this name.
    package func lines(of name: HTTPField.Name) -> Int {
        entries.count { matches($0, name) }
    }

    private func value(_ entry: Entry) -> ArraySlice<UInt8> {
        bytes[Int(entry.value.lowerBound)..<Int(entry.value.upperBound)]
    }

    private func matches(_ entry: Entry, _ name: HTTPField.Name) -> Bool {
        let wanted = name.canonicalName.utf8
        guard wanted.count == entry.name.count else { return false }
        var index = Int(entry.name.lowerBound)
        for byte in wanted {
            if Octets.lowercased(bytes[index]) != byte { return false }
            index += 1
        }
        return true
    }

    // MARK: Building

    /// Adds a line.
    ///
    /// Bytes that RFC 9110 §5.5 forbids in a value are replaced by spaces, so that no value can
    /// begin a line of its own.
    package mutating func append(_ name: HTTPField.Name, _ value: String) {
        var value = value
        value.withUTF8 { append(name, $0) }
    }

    /// Adds a line whose value is given as bytes; see ``append(_:_:)-(_,String)``.
    package mutating func append(_ name: HTTPField.Name, _ value: ArraySlice<UInt8>) {
        value.withUnsafeBufferPointer { append(name, $0) }
    }

    private mutating func append(_ name: HTTPField.Name, _ value: UnsafeBufferPointer<UInt8>) {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: name.rawName.utf8)
        let nameEnd = UInt32(bytes.count)
        bytes.append(Octets.colon)
        bytes.append(Octets.space)
        let valueStart = UInt32(bytes.count)
        bytes.append(contentsOf: value)
        if !value.allSatisfy(Octets.isFieldValue) { blank(from: Int(valueStart)) }
        let valueEnd = UInt32(bytes.count)
        bytes.append(Octets.carriageReturn)
        bytes.append(Octets.lineFeed)
        entries.append(Entry(name: start..<nameEnd, value: valueStart..<valueEnd))
    }

    private mutating func blank(from start: Int) {
        for index in start..<bytes.count where !Octets.isFieldValue(bytes[index]) {
            bytes[index] = Octets.space
        }
    }
}
