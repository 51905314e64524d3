/// Reads JSON text (RFC 8259) value by value, without building a tree.
///
/// The reader is strict: UTF-8 only, no byte order mark, no comments, nothing after the value.
///
/// Decoders in other modules call it several times for every member of an event. What they call that
/// often is `@inlinable`, so that the compiler specializes it there and merges it into the decoder.
/// This works only if everything that an inlinable function uses, the type included, is
/// `@usableFromInline`. `make micro` counts what it saves.
@usableFromInline
package struct JSONReader {
    package enum Limits {
        /// The deepest nesting of arrays and objects; an order needs three levels.
        package static let depth = 64
    }

    /// The kind of the next value.
    package enum Kind: String, Sendable {
        case object, array, string, number, boolean, null
    }

    @usableFromInline package let bytes: [UInt8]
    /// The position of the next byte to read.
    @usableFromInline package private(set) var position = 0
    private var depth = 0
    /// Whether no member of the innermost container has been read yet.
    @usableFromInline private(set) var isFirst = false

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Returns whether the bytes are exactly one JSON value.
    package static func isValid(_ bytes: [UInt8]) -> Bool {
        var reader = JSONReader(bytes)
        do throws(JSONError) {
            try reader.skipValue()
            try reader.finish()
            return true
        } catch {
            return false
        }
    }

    // MARK: Values

    package mutating func nextKind() throws(JSONError) -> Kind {
        skipWhitespace()
        guard position < bytes.count else { throw error("the text ends where a value is expected") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), 0x30...0x39: return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: throw error(markReason ?? "no value begins with this byte")
        }
    }

    /// The error for a byte order mark, which is invisible to people (RFC 8259 §8.1).
    private var markReason: String? {
        switch bytes[position...].prefix(3) {
        case [0xEF, 0xBB, 0xBF]: "a byte order mark must not begin the text"
        case let mark where [[0xFE, 0xFF], [0xFF, 0xFE]].contains(mark.prefix(2)):
            "the text must be UTF-8, but a byte order mark of UTF-16 stands"
        default: nil
        }
    }

    /// Reads a value of any kind and discards it.
    package mutating func skipValue() throws(JSONError) {
        switch try nextKind() {
        case .object:
            try enterObject()
            while try nextKey() != nil { try skipValue() }
        case .array:
            try enterArray()
            while try nextElement() { try skipValue() }
        case .string: _ = try string()
        case .number: _ = try number()
        case .boolean: try literal(bytes[position] == UInt8(ascii: "t") ? "true" : "false")
        case .null: try literal("null")
        }
    }

    /// Reads to the end, and allows only white space after the value.
    package mutating func finish() throws(JSONError) {
        skipWhitespace()
        guard position == bytes.count else { throw error("something follows the value") }
    }

    private mutating func literal(_ text: StaticString) throws(JSONError) {
        let count = text.utf8CodeUnitCount
        let matches = text.withUTF8Buffer { bytes[position...].prefix(count).elementsEqual($0) }
        guard matches else { throw error("no value is spelt like this") }
        position += count
    }

    // MARK: Containers

    /// Reads `{`; ``nextKey()`` reads the members afterwards.
    package mutating func enterObject() throws(JSONError) {
        try enter(UInt8(ascii: "{"))
    }

    /// Reads `[`; ``nextElement()`` moves to each element afterwards.
    package mutating func enterArray() throws(JSONError) {
        try enter(UInt8(ascii: "["))
    }

    private mutating func enter(_ bracket: UInt8) throws(JSONError) {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == bracket else {
            throw error("a bracket is missing")
        }
        guard depth < Limits.depth else {
            throw error("the nesting is deeper than \(Limits.depth) levels")
        }
        depth += 1
        position += 1
        isFirst = true
    }

    /// Reads up to the value of the next member, or past `}`.
    package mutating func nextKey() throws(JSONError) -> JSONString? {
        guard try nextMember(end: UInt8(ascii: "}")) else { return nil }
        guard isAt(UInt8(ascii: "\"")) else { throw error("a member's name is missing") }
        let key = try stringHere()
        skipWhitespace()
        guard isAt(UInt8(ascii: ":")) else { throw error("a colon is missing") }
        position += 1
        return key
    }

    /// Reads up to the value of the next member if its name is the given one, spelt as programs write
    /// it: without escapes, and without white space before it or its colon.
    ///
    /// - Parameter name: The name in quotation marks, with the colon.
    /// - Returns: Whether this was read; if not, nothing was.
    @inlinable
    @inline(__always)
    package mutating func nextKey(is name: StaticString) -> Bool {
        var start = position
        if !isFirst {
            guard isAt(UInt8(ascii: ",")) else { return false }
            start &+= 1
        }
        let count = name.utf8CodeUnitCount
        let isEqual = bytes.span.withUnsafeBytes { bytes in
            guard start >= 0, count <= bytes.count &- start, let base = bytes.baseAddress else {
                return false
            }
            return Self.equal(
                UnsafeRawBufferPointer(start: base + start, count: count),
                UnsafeRawBufferPointer(start: name.utf8Start, count: count)
            )
        }
        guard isEqual else { return false }
        position = start &+ count
        isFirst = false
        return true
    }

    /// Reads up to the next element, or past `]`.
    ///
    /// - Returns: Whether there is one.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try nextMember(end: UInt8(ascii: "]"))
    }

    @inline(__always)
    private mutating func nextMember(end: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        guard position < bytes.count else { throw error("the text ends in the middle") }
        if bytes[position] == end {
            position += 1
            depth -= 1
            isFirst = false
            return false
        }
        if !isFirst {
            guard bytes[position] == UInt8(ascii: ",") else { throw error("a comma is missing") }
            position += 1
            skipWhitespace()
        }
        isFirst = false
        return true
    }

    /// Moves back to a skipped value, which is a member of the outermost container.
    package mutating func rewind(to start: Int) {
        position = start
        depth = 1
        isFirst = false
    }

    // MARK: Numbers

    /// Reads a number and returns the range of its digits, without a conversion that could lose
    /// digits.
    package mutating func number() throws(JSONError) -> Range<Int> {
        skipWhitespace()
        let start = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        try digits()
        if position - first > 1, bytes[first] == UInt8(ascii: "0") {
            throw JSONError(
                offset: first,
                reason: "a number begins with a zero that it does not need"
            )
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            try digits()
        }
        return start..<position
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard position > start else { throw error("a digit is missing") }
    }

    /// Returns the value of a number; `nil` unless it has only decimal digits and fits `Int`.
    package func wholeNumber(_ range: Range<Int>) -> Int? {
        var value = 0
        for index in range {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int(digit))
            if overflow || carried { return nil }
            value = sum
        }
        return value
    }

    /// Reads a whole number of at most nine digits, as most are.
    ///
    /// - Returns: `nil` if the next value is anything else, or not in the range; it is not read then.
    package mutating func shortWholeNumber(in range: ClosedRange<Int>) -> Int? {
        skipWhitespace()
        let end = min(bytes.count, position + 9)
        var index = position
        var value = 0
        while index < end, bytes[index] &- 0x30 < 10 {
            value = value * 10 + Int(bytes[index] &- 0x30)
            index += 1
        }
        // No number begins with a zero that it does not need, and none may go on behind.
        guard index > position, index == position + 1 || bytes[position] != UInt8(ascii: "0"),
            index < bytes.count, range.contains(value)
        else { return nil }
        switch bytes[index] {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D:
            position = index
            return value
        default: return nil
        }
    }

    // MARK: Positions

    package mutating func advance(to index: Int) { position = index }

    /// Whether the next byte is `byte`, without white space before it.
    @inlinable
    @inline(__always)
    package func isAt(_ byte: UInt8) -> Bool { position < bytes.count && bytes[position] == byte }

    package func error(_ reason: String) -> JSONError {
        JSONError(offset: position, reason: reason)
    }

    @inlinable
    @inline(__always)
    package mutating func skipWhitespace() {
        // Programs usually write no white space, so this check is mostly enough.
        guard position < bytes.count, bytes[position] <= 0x20 else { return }
        skipMoreWhitespace()
    }

    @usableFromInline
    mutating func skipMoreWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }
}
