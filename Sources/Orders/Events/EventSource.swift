internal import Text

/// Reads the values of events, and throws ``EventError`` with a pointer to the faulty value.
///
/// A value of the wrong type is skipped before the error is thrown, so reading can continue.
struct EventSource {
    var reader: JSONReader

    init(_ bytes: [UInt8]) {
        reader = JSONReader(bytes)
    }

    /// Runs a step of the JSON reader, and converts its error to ``EventError/notJSON(_:)``.
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

    /// Enters an object if the next value is one.
    ///
    /// - Returns: Whether an object was entered.
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

    /// Returns whether a key has this name.
    ///
    /// Without this function, callers would copy the reader for the comparison.
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

    /// Checks that the next value is an object.
    ///
    /// - Returns: The position of the object's first byte.
    @discardableResult
    mutating func expectObject(_ pointer: @autoclosure () -> String) throws(EventError) -> Int {
        try expect(.object, pointer(), "an object")
        return reader.position
    }

    /// Moves back to an earlier position, to read the data of an event again.
    mutating func rewind(to position: Int) { reader.rewind(to: position) }

    /// Checks the type of the next value, and skips a value of another type.
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

    /// Skips a null, which means the same as an omitted member.
    ///
    /// - Returns: Whether there was a null.
    mutating func takeNull() throws(EventError) -> Bool {
        reader.skipWhitespace()
        guard reader.isAt(UInt8(ascii: "n")) else { return false }
        try skip()
        return true
    }

    // MARK: Texts

    mutating func string(_ pointer: @autoclosure () -> String) throws(EventError) -> JSONString {
        // Most values are strings, for which one comparison is enough.
        if !reader.isAt(UInt8(ascii: "\"")) { try expect(.string, pointer(), "a string") }
        return try json { reader throws(JSONError) in try reader.string() }
    }

    /// Reads a string; `nil` for null and for an empty string, which mean the same.
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

    /// Reads a string of 1 to ``Event/Limits/textBytes`` bytes.
    mutating func text(_ pointer: @autoclosure () -> String) throws(EventError) -> String {
        try text(of: try string(pointer()), pointer())
    }

    /// Reads a string; `nil` if it is null or empty.
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

    /// Reads a name: one of the cases of `Name`, or any other string.
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

    /// Reads a string, and returns the conversion of its bytes.
    ///
    /// - Parameter reason: The reason in the error if the bytes cannot be converted.
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

/// A name from an event: a known one, or any other string.
enum ReadName<Name> {
    case known(Name)
    case other(String)
}
