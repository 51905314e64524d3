internal import Glibc

/// The fields of a message, in order (RFC 9110 §5).
///
/// A received section keeps the received bytes and the range of each name and value in them. A
/// section built by the server is one array of lines, which an HTTP/1.1 response contains
/// unchanged. The few callers that read its names and values parse these lines.
package struct FieldSection: Sendable {
    private struct Entry {
        let name: Range<UInt32>
        let value: Range<UInt32>
    }

    private enum Limits {
        /// Initial capacity for the field lines of most clients.
        static let usualLines = 8
        /// Initial capacity for the fields of most responses.
        static let usualBytes = 192
    }

    /// The lines `Name: value CRLF` of a section built by the server, or the whole received head.
    private(set) var bytes: [UInt8] = []
    /// The ranges of the received fields; the first ``entryCount`` elements are valid.
    ///
    /// Later elements belong to earlier messages and are overwritten. Emptying the array for each
    /// message would cost more than recording a field.
    private var entries: [Entry] = []
    private var entryCount = 0
    /// The length of the first lines, which are the same in every response of this kind.
    private(set) var constantBytes = 0
    /// Whether the section was received, so that `entries` holds the ranges of its fields.
    private var isReceived = false
    /// A bit set of the lengths of the received names; see ``mayHold(_:)``.
    private var nameLengths: UInt64 = 0

    package init() {}

    /// The number of field lines.
    package var count: Int {
        guard !isReceived else { return entryCount }
        var count = 0
        visit { _, _ in
            count += 1
            return true
        }
        return count
    }

    // MARK: Reading

    /// Calls `body` with the ranges of each name and value in `bytes`, in order, until it returns
    /// `false`.
    @inline(__always)
    func visit(_ body: (_ name: Range<Int>, _ value: Range<Int>) -> Bool) {
        if isReceived {
            let entries = entries.span
            for index in 0..<entryCount {
                let entry = entries[index]
                let name = Int(entry.name.lowerBound)..<Int(entry.name.upperBound)
                let value = Int(entry.value.lowerBound)..<Int(entry.value.upperBound)
                guard body(name, value) else { return }
            }
        } else {
            visitLines(body)
        }
    }

    /// Parses the lines of a section built by the server, from the one that begins at `start`.
    ///
    /// No name contains a colon, and no value contains a line feed.
    @inline(__always)
    func visitLines(
        from start: Int = 0,
        _ body: (_ name: Range<Int>, _ value: Range<Int>) -> Bool
    ) {
        bytes.withUnsafeBufferPointer { bytes in
            var start = start
            while start < bytes.count {
                let end = Octets.first(Octets.lineFeed, in: bytes.span, from: start)
                let colon = Octets.first(Octets.colon, in: bytes.span, from: start)
                guard body(start..<colon, colon + 2..<end - 1) else { return }
                start = end + 1
            }
        }
    }

    /// Returns whether there is a line with this name.
    @inline(__always)
    func contains(_ name: FieldName) -> Bool { mayHold(name) && lines(of: name) > 0 }

    /// Returns the value of the first line with this name, without the white space around it.
    ///
    /// - Complexity: O(*n*) in the number of fields, which the limits on the head bound.
    package func first(_ name: FieldName) -> ArraySlice<UInt8>? {
        var found: Range<Int>?
        forEach(name) { value in
            found = value
            return false
        }
        return found.map { bytes[$0] }
    }

    /// The value of a field that may occur in one line only.
    package enum Single {
        case absent
        case once(ArraySlice<UInt8>)
        case repeated
    }

    /// Returns the value of the only line with this name, without the white space around it.
    package func single(_ name: FieldName) -> Single {
        guard mayHold(name) else { return .absent }
        var found: Range<Int>?
        var isRepeated = false
        forEach(name) { value in
            isRepeated = found != nil
            found = value
            return !isRepeated
        }
        guard let found else { return .absent }
        return isRepeated ? .repeated : .once(bytes[found])
    }

    /// Whether there is exactly one line with this name, and it has this value, whatever the case of
    /// its letters.
    package func isOnly(_ name: FieldName, _ value: StaticString) -> Bool {
        let bytes = bytes.span
        var lines = 0
        var isEqual = false
        forEach(name) { range in
            lines += 1
            isEqual = Octets.equal(bytes, range, ignoringCase: value)
            return lines == 1
        }
        return lines == 1 && isEqual
    }

    /// All values of a name as one list (RFC 9110 §5.3), or `nil` when the field is absent.
    ///
    /// Bytes that are not UTF-8 are replaced.
    package subscript(name: FieldName) -> String? { combined(name, limitBytes: .max) }

    /// Returns all values of a name as one list (RFC 9110 §5.3).
    ///
    /// Bytes that are not UTF-8 are replaced.
    ///
    /// - Returns: `nil` when the field is absent or the list is longer than the limit.
    package func combined(_ name: FieldName, limitBytes: Int) -> String? {
        var count = 0
        var lines = 0
        forEach(name) { value in
            // Add the comma and the space before the value.
            count += value.count + (lines > 0 ? 2 : 0)
            lines += 1
            return count <= limitBytes
        }
        guard lines > 0, count <= limitBytes else { return nil }
        var list: [UInt8] = []
        list.reserveCapacity(count)
        var isFirst = true
        forEach(name) { value in
            if !isFirst { list += [Octets.comma, Octets.space] }
            isFirst = false
            list += bytes[value]
            return true
        }
        return String(decoding: list, as: UTF8.self)
    }

    /// Returns the number of lines with this name.
    package func lines(of name: FieldName) -> Int {
        var count = 0
        forEach(name) { _ in
            count += 1
            return true
        }
        return count
    }

    /// Calls `body` with the range of each value of one name, until it returns `false`.
    @inline(__always)
    func forEach(_ wanted: FieldName, _ body: (_ value: Range<Int>) -> Bool) {
        guard mayHold(wanted) else { return }
        let bytes = bytes.span
        visit { name, value in
            guard wanted.isAt(name, of: bytes) else { return true }
            return body(value)
        }
    }

    /// Returns whether a field of this section can have this name, judged by its length.
    ///
    /// Most names that callers look up are absent, and few names have the same length.
    @inline(__always)
    private func mayHold(_ name: FieldName) -> Bool {
        !isReceived || nameLengths & Self.bit(of: name.text.utf8CodeUnitCount) != 0
    }

    /// Returns the bit of a length; lengths that differ by 64 share one bit.
    @inline(__always)
    private static func bit(of length: Int) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: length) }

    // MARK: Receiving

    /// The allocated memory that later requests reuse, in bytes.
    var capacity: Int { bytes.capacity + entries.capacity * MemoryLayout<Entry>.stride }

    /// Clears the section but keeps its memory, to begin a received section.
    mutating func empty() {
        bytes.removeAll(keepingCapacity: true)
        entryCount = 0
        nameLengths = 0
        isReceived = true
    }

    /// Records the range of a field in the bytes that a later call of ``receive(_:)`` adds.
    mutating func note(name: Range<Int>, value: Range<Int>) {
        nameLengths |= Self.bit(of: name.count)
        let entry = Entry(
            name: UInt32(name.lowerBound)..<UInt32(name.upperBound),
            value: UInt32(value.lowerBound)..<UInt32(value.upperBound)
        )
        if entryCount < entries.count {
            entries[entryCount] = entry
        } else {
            if entries.isEmpty { entries.reserveCapacity(Limits.usualLines) }
            entries.append(entry)
        }
        entryCount += 1
    }

    /// Appends received bytes and returns their range.
    @discardableResult
    mutating func receive(_ new: Span<UInt8>) -> Range<Int> {
        let start = bytes.count
        new.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }

    /// Appends a received field and records its ranges.
    mutating func receive(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        let start = bytes.count
        let end = start + name.count
        bytes.append(addingCapacity: name.count + value.count) { field in
            field.append(name.span)
            field.append(value.span)
        }
        note(name: start..<end, value: end..<bytes.count)
    }

    // MARK: Building

    /// Appends a line.
    ///
    /// A space replaces each byte that RFC 9110 §5.5 forbids in a value, so no value can start a
    /// new line.
    package mutating func append(_ name: FieldName, _ value: String) {
        let value = value.utf8
        append(name, value.span)
    }

    /// Appends a line whose value is given as bytes; see ``append(_:_:)-(_,String)``.
    package mutating func append(_ name: FieldName, _ value: Span<UInt8>) {
        append(name, valueBytes: value.count) { $0.append(value) }
    }

    /// Appends a line.
    ///
    /// - Parameters:
    ///   - valueBytes: The most bytes of the value.
    ///   - value: Appends the value. Bytes that no value may contain are replaced.
    @inline(__always)
    package mutating func append(
        _ name: FieldName,
        valueBytes: Int,
        _ value: (inout OutputSpan<UInt8>) -> Void
    ) {
        precondition(!isReceived, "a received section is added to")
        if bytes.capacity == 0 { bytes.reserveCapacity(Limits.usualBytes) }
        bytes.append(addingCapacity: name.lineBytes(valueBytes)) { $0.append(field: name, value) }
    }

    /// Creates a section that begins with lines which are the same in each response of this kind.
    ///
    /// - Parameter lines: Zero or more lines of the form `Name: value CRLF`.
    package init(lines: StaticString) {
        self.init(lines: lines, mostBytes: 0) { _ in }
    }

    /// Creates a section that begins with constant lines, and whose other lines are written at once.
    ///
    /// - Parameters:
    ///   - mostBytes: The most bytes of the other lines; see ``FieldName/lineBytes(_:)``.
    ///   - others: Appends the other lines with ``Swift/OutputSpan/append(field:_:)``.
    @inline(__always)
    package init(
        lines: StaticString,
        mostBytes: Int,
        _ others: (inout OutputSpan<UInt8>) -> Void
    ) {
        constantBytes = lines.utf8CodeUnitCount
        let capacity = max(constantBytes + mostBytes, Limits.usualBytes)
        bytes.reserveCapacity(capacity)
        bytes.append(addingCapacity: capacity) { output in
            output.append(lines)
            others(&output)
        }
    }
}

extension FieldName {
    /// The length of a line with this name and a value of so many bytes.
    package func lineBytes(_ valueBytes: Int) -> Int { text.utf8CodeUnitCount + valueBytes + 4 }
}

extension OutputSpan<UInt8> {
    /// Appends a line of a section.
    ///
    /// - Parameter value: Appends the value. Bytes that no value may contain are replaced.
    @inline(__always)
    package mutating func append(
        field name: FieldName,
        _ value: (inout OutputSpan<UInt8>) -> Void
    ) {
        append(name.text)
        append(": ")
        let start = count
        value(&self)
        if !Octets.areFieldValue(span.extracting(start..<count)) { blank(from: start) }
        append("\r\n")
    }

    private mutating func blank(from start: Int) {
        withUnsafeMutableBufferPointer { bytes, count in
            for index in start..<count where !Octets.isFieldValue(bytes[index]) {
                bytes[index] = Octets.space
            }
        }
    }
}

extension OutputSpan<UInt8> {
    @inline(__always)
    fileprivate mutating func append(_ new: Span<UInt8>) {
        new.withUnsafeBufferPointer { append($0) }
    }

    @inline(__always)
    fileprivate mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    private mutating func append(_ new: UnsafeBufferPointer<UInt8>) {
        withUnsafeMutableBufferPointer { buffer, count in
            precondition(new.count <= buffer.count - count, "more than was asked for")
            guard let target = buffer.baseAddress, let source = new.baseAddress else { return }
            memcpy(target + count, source, new.count)
            count += new.count
        }
    }
}
