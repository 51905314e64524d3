internal import Glibc

/// The fields of a message, in order (RFC 9110 §5).
///
/// A received section keeps the bytes that it arrived as, and where in them each name and value
/// lies. A section made here is one array of lines, which is written to an HTTP/1.1 answer as it is;
/// the few who want to know its names and values find them there.
package struct FieldSection: Sendable {
    private struct Entry {
        let name: Range<UInt32>
        let value: Range<UInt32>
    }

    private enum Limits {
        /// Room for the lines that most clients send.
        static let usualLines = 8
        /// Room for the fields of most answers.
        static let usualBytes = 192
    }

    /// Lines of the form `Name: value CRLF`, for a section made here; else the whole received head.
    private(set) var bytes: [UInt8] = []
    /// The places of the received fields, as far as ``entryCount`` goes.
    ///
    /// The rest is of earlier messages and is written over, because emptying an array costs more than
    /// noting a field.
    private var entries: [Entry] = []
    private var entryCount = 0
    /// The length of the lines that are the same in every such answer; they come first.
    private(set) var constantBytes = 0
    /// Whether `entries` tells where the fields are.
    private var isReceived = false
    /// The lengths of the received names, a bit each; see ``mayHold(_:)``.
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

    /// Shows the places of the names and values in `bytes`, in order, until `body` says `false`.
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

    /// Takes the lines of a section made here apart again: no name holds a colon, no value a line
    /// feed.
    private func visitLines(_ body: (_ name: Range<Int>, _ value: Range<Int>) -> Bool) {
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                let end = Octets.first(Octets.lineFeed, in: bytes.span, from: start)
                let colon = Octets.first(Octets.colon, in: bytes.span, from: start)
                guard body(start..<colon, colon + 2..<end - 1) else { return }
                start = end + 1
            }
        }
    }

    /// Whether there is a line with this name.
    @inline(__always)
    func contains(_ name: FieldName) -> Bool { mayHold(name) && lines(of: name) > 0 }

    /// The value of the first line with this name, without the white space around it.
    ///
    /// - Complexity: O(*n*) in the number of fields, which the head's limits bound.
    package func first(_ name: FieldName) -> ArraySlice<UInt8>? {
        var found: Range<Int>?
        forEach(name) { value in
            found = value
            return false
        }
        return found.map { bytes[$0] }
    }

    /// What there is of a field that may stand in one line only.
    package enum Single {
        case absent
        case once(ArraySlice<UInt8>)
        case repeated
    }

    /// The one line with this name, its value without the white space around it.
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

    /// All values of a name as one list (RFC 9110 §5.3), or `nil` when the field is absent.
    ///
    /// Bytes that are not UTF-8 are replaced.
    package subscript(name: FieldName) -> String? { combined(name, limitBytes: .max) }

    /// All values of a name as one list (RFC 9110 §5.3), or `nil` when the field is absent or they
    /// are longer than the limit together.
    ///
    /// Bytes that are not UTF-8 are replaced.
    package func combined(_ name: FieldName, limitBytes: Int) -> String? {
        var count = 0
        var lines = 0
        forEach(name) { value in
            // With the comma and the space before it.
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

    /// The number of lines with this name.
    package func lines(of name: FieldName) -> Int {
        var count = 0
        forEach(name) { _ in
            count += 1
            return true
        }
        return count
    }

    /// Shows the places of the values of one name.
    @inline(__always)
    func forEach(_ wanted: FieldName, _ body: (_ value: Range<Int>) -> Bool) {
        guard mayHold(wanted) else { return }
        let bytes = bytes.span
        visit { name, value in
            guard wanted.isAt(name, of: bytes) else { return true }
            return body(value)
        }
    }

    /// Whether a field could have this name, by its length: most that are asked for are absent, and few
    /// names have the length of another.
    @inline(__always)
    private func mayHold(_ name: FieldName) -> Bool {
        !isReceived || nameLengths & Self.bit(of: name.text.utf8CodeUnitCount) != 0
    }

    /// Names that are 64 longer share one.
    @inline(__always)
    private static func bit(of length: Int) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: length) }

    // MARK: Receiving

    /// The memory that is used again, in bytes.
    var capacity: Int { bytes.capacity + entries.capacity * MemoryLayout<Entry>.stride }

    /// Forgets everything but the memory: a received section begins.
    mutating func empty() {
        bytes.removeAll(keepingCapacity: true)
        entryCount = 0
        nameLengths = 0
        isReceived = true
    }

    /// Notes where a field lies in the bytes that ``receive(_:)`` takes in the end.
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

    /// Appends received bytes; returns where they are.
    @discardableResult
    mutating func receive(_ new: Span<UInt8>) -> Range<Int> {
        let start = bytes.count
        new.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }

    /// Appends a received field, and notes where it lies.
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

    /// Adds a line.
    ///
    /// Bytes that RFC 9110 §5.5 forbids in a value are replaced by spaces, so that no value can
    /// begin a line of its own.
    package mutating func append(_ name: FieldName, _ value: String) {
        let value = value.utf8
        append(name, value.span)
    }

    /// Adds a line whose value is given as bytes; see ``append(_:_:)-(_,String)``.
    package mutating func append(_ name: FieldName, _ value: Span<UInt8>) {
        precondition(!isReceived, "a received section is added to")
        if bytes.capacity == 0 { bytes.reserveCapacity(Limits.usualBytes) }
        let name = name.text
        // In one go, for the array is asked each time whether it is somebody else's as well.
        bytes.append(addingCapacity: name.utf8CodeUnitCount + value.count + 4) { line in
            line.append(name)
            line.append(": ")
            line.append(value)
            line.append("\r\n")
        }
        if !Octets.areFieldValue(value) {
            let end = bytes.count - 2
            blank(end - value.count..<end)
        }
    }

    /// Begins a section with what is the same in each such answer.
    ///
    /// - Parameter lines: `Name: value CRLF`, as often as needed.
    package init(lines: StaticString) {
        constantBytes = lines.utf8CodeUnitCount
        bytes.append(addingCapacity: max(constantBytes, Limits.usualBytes)) { $0.append(lines) }
    }

    private mutating func blank(_ range: Range<Int>) {
        for index in range where !Octets.isFieldValue(bytes[index]) {
            bytes[index] = Octets.space
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
