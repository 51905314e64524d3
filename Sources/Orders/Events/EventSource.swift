internal import Text

/// Reads the values of events and turns what is wrong with them into ``EventError``s.
///
/// A value of the wrong type is passed over first, so that reading can go on behind it.
struct EventSource {
    var reader: JSONReader

    init(_ bytes: [UInt8]) {
        reader = JSONReader(bytes)
    }

    mutating func json<Value>(
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws(EventError) -> Value {
        do throws(JSONError) {
            return try body(&reader)
        } catch {
            throw .notJSON(error)
        }
    }

    // MARK: Structure

    mutating func enterObject() throws(EventError) -> Bool {
        guard try json({ reader throws(JSONError) in try reader.nextKind() }) == .object else {
            return false
        }
        try json { reader throws(JSONError) in try reader.enterObject() }
        return true
    }

    mutating func nextKey() throws(EventError) -> JSONString? {
        try json { reader throws(JSONError) in try reader.nextKey() }
    }

    /// Whether a key is this one.
    ///
    /// Asked here, for a copy of the reader would be made outside.
    @inline(__always)
    func isKey(_ key: JSONString, _ name: StaticString) -> Bool { reader.equals(key, name) }

    mutating func nextElement() throws(EventError) -> Bool {
        try json { reader throws(JSONError) in try reader.nextElement() }
    }

    mutating func enterArray(_ pointer: @autoclosure () -> String) throws(EventError) {
        try expect(.array, pointer(), "an array")
        try json { reader throws(JSONError) in try reader.enterArray() }
    }

    mutating func skip() throws(EventError) {
        try json { reader throws(JSONError) in try reader.skipValue() }
    }

    mutating func finish() throws(EventError) {
        try json { reader throws(JSONError) in try reader.finish() }
    }

    /// Looks whether an object comes next, and says where it begins.
    @discardableResult
    mutating func expectObject(_ pointer: @autoclosure () -> String) throws(EventError) -> Int {
        try expect(.object, pointer(), "an object")
        return reader.position
    }

    /// Continues at the data of an event, which may be read once more.
    mutating func rewind(to position: Int) { reader.rewind(to: position) }

    mutating func expect(
        _ kind: JSONReader.Kind,
        _ pointer: @autoclosure () -> String,
        _ expected: String
    ) throws(EventError) {
        let found = try json { reader throws(JSONError) in try reader.nextKind() }
        guard found == kind else {
            try skip()
            throw .wrongType(pointer: pointer(), expected: expected)
        }
    }

    /// Passes over a null, which says the same as no member at all.
    mutating func takeNull() throws(EventError) -> Bool {
        reader.skipWhitespace()
        guard reader.isAt(UInt8(ascii: "n")) else { return false }
        try skip()
        return true
    }

    // MARK: Texts

    mutating func string(_ pointer: @autoclosure () -> String) throws(EventError) -> JSONString {
        // Mostly this one look is all.
        if !reader.isAt(UInt8(ascii: "\"")) { try expect(.string, pointer(), "a string") }
        return try json { reader throws(JSONError) in try reader.string() }
    }

    /// A string, or `nil` for null and for an empty one, which say the same.
    @inline(__always)
    mutating func optionalString(
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> JSONString? {
        if !reader.isAt(UInt8(ascii: "\"")) {
            if try takeNull() { return nil }
            try expect(.string, pointer(), "a string")
        }
        let string = try json { reader throws(JSONError) in try reader.string() }
        return string.range.isEmpty ? nil : string
    }

    /// A text of 1 to ``Event/Limits/textBytes`` bytes.
    mutating func text(_ pointer: @autoclosure () -> String) throws(EventError) -> String {
        try text(of: try string(pointer()), pointer())
    }

    /// The same, or `nil` when it is left out.
    mutating func optionalText(
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> String? {
        guard let string = try optionalString(pointer()) else { return nil }
        return try text(of: string, pointer())
    }

    @inline(__always)
    func text(
        of string: JSONString,
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> String {
        let text = reader.text(string)
        guard (1...Event.Limits.textBytes).contains(text.utf8.count) else {
            throw .invalid(
                pointer: pointer(),
                reason: "must have 1 to \(Event.Limits.textBytes) bytes, has \(text.utf8.count)"
            )
        }
        return text
    }

    /// One of a few texts that are known beforehand, or any other one.
    mutating func name<Name: RawRepresentable<String> & CaseIterable>(
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> ReadName<Name> {
        let start = reader.position
        let string = try string(pointer())
        for name in Name.allCases where reader.equals(string, text: name.rawValue) {
            return .known(name)
        }
        reader.advance(to: start)
        return .other(try text(pointer()))
    }

    @inline(__always)
    mutating func value<Value>(
        _ pointer: @autoclosure () -> String,
        _ reason: String,
        _ convert: (Span<UInt8>) -> Value?
    ) throws(EventError) -> Value {
        let string = try string(pointer())
        guard let value = reader.withUTF8(string, convert) else {
            throw .invalid(pointer: pointer(), reason: reason)
        }
        return value
    }
}

/// What was read where one of a few texts was expected.
enum ReadName<Name> {
    case known(Name)
    case other(String)
}
