/// A string in a JSON text: its position between the quotation marks.
@usableFromInline
package struct JSONString: Sendable {
    @usableFromInline package let range: Range<Int>
    @usableFromInline package let hasEscapes: Bool
    /// Whether it is certain that the string has only printable ASCII characters and no escapes.
    @usableFromInline package let isPlain: Bool

    package init(range: Range<Int>, hasEscapes: Bool, isPlain: Bool = false) {
        self.range = range
        self.hasEscapes = hasEscapes
        self.isPlain = isPlain
    }

    /// Returns the position of the next byte that is not plain: a quotation mark, a backslash, a
    /// control character, or a byte beyond ASCII.
    ///
    /// The function reads eight bytes at a time, because most bytes of events are in strings.
    @inline(__always)
    package static func endOfPlainText(in bytes: Span<UInt8>, from start: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            var index = start
            while index <= bytes.count - 8 {
                let special = specialBytes(
                    bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                )
                if special != 0 { return index + indexOfFirst(special) }
                index += 8
            }
            guard index < bytes.count else { return bytes.count }
            // Read the last eight bytes. The first ones of them were checked above: they are plain.
            let last = bytes.count - 8
            if last >= start {
                let special = specialBytes(
                    bytes.loadUnaligned(fromByteOffset: last, as: UInt64.self)
                )
                return special == 0 ? bytes.count : last + indexOfFirst(special)
            }
            while index < bytes.count {
                let byte = bytes[index]
                if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x7F { break }
                index += 1
            }
            return index
        }
    }

    /// Sets the high bit of each special byte in a word of eight bytes.
    ///
    /// A subtraction sets the high bit of each byte that is too small for it. A borrow may also set
    /// the high bit of a byte above such a byte, but never below one (Warren, Hacker's Delight, §6-1).
    @inline(__always)
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // If bit 1 is flipped, the quotation mark (0x22) and the control characters become the bytes
        // from 0x00 to 0x20, and no other ASCII character does.
        let quotes = (word ^ (ones &* 0x02)) &- ones &* 0x21
        let backslashes = (word ^ (ones &* 0x5C)) &- ones
        let deletes = (word ^ (ones &* 0x7F)) &- ones
        return (quotes | backslashes | deletes | word) & (ones &* 0x80)
    }

    @inline(__always)
    private static func indexOfFirst(_ special: UInt64) -> Int {
        UInt64(littleEndian: special).trailingZeroBitCount / 8
    }
}

extension JSONReader {
    /// Reads and checks a string: UTF-8, no control characters, and only escapes of characters.
    package mutating func string() throws(JSONError) -> JSONString {
        skipWhitespace()
        guard isAt(UInt8(ascii: "\"")) else { throw error("a quotation mark is missing") }
        return try stringHere()
    }

    /// Reads a string whose quotation mark is the next byte.
    @inline(__always)
    mutating func stringHere() throws(JSONError) -> JSONString {
        let start = position + 1
        let end = JSONString.endOfPlainText(in: bytes.span, from: start)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
            return try otherString(start, from: end)
        }
        advance(to: end + 1)
        return JSONString(range: start..<end, hasEscapes: false, isPlain: true)
    }

    /// Reads the rest of a string whose beginning is plain.
    @inline(never)
    private mutating func otherString(
        _ start: Int,
        from plain: Int
    ) throws(JSONError) -> JSONString {
        var index = plain
        var hasEscapes = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                advance(to: index + 1)
                return JSONString(range: start..<index, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                index = try skipEscape(at: index)
            } else if byte < 0x20 {
                throw JSONError(offset: index, reason: "a control character is not escaped")
            } else if byte < 0x80 {
                index += 1
            } else {
                index = try skipMultibyte(at: index)
            }
            index = JSONString.endOfPlainText(in: bytes.span, from: index)
        }
        throw JSONError(offset: index, reason: "the text ends inside a string")
    }

    /// Returns the characters of a string.
    package func text(_ string: JSONString) -> String {
        withUTF8(string) { $0.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
    }

    /// Whether a string equals a text after its escapes are decoded.
    ///
    /// Decoders compare a key with one name after the other. In the caller, the compiler makes of this
    /// one look at the key's length, and a few comparisons with constants for the names of that length.
    @inlinable
    @inline(__always)
    package func equals(_ string: JSONString, _ text: StaticString) -> Bool {
        if string.hasEscapes { return equalsUnescaped(string, text) }
        guard string.range.count == text.utf8CodeUnitCount else { return false }
        return bytes.span.extracting(string.range).withUnsafeBytes { utf8 in
            Self.equal(utf8, UnsafeRawBufferPointer(start: text.utf8Start, count: utf8.count))
        }
    }

    @usableFromInline
    func equalsUnescaped(_ string: JSONString, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { unescaped(string).elementsEqual($0) }
    }

    /// Does the same for a text that is not known at compile time.
    package func equals(_ string: JSONString, text: String) -> Bool {
        withUTF8(string) { utf8 in
            utf8.withUnsafeBytes { utf8 in
                text.utf8.span.withUnsafeBytes { Self.equal(utf8, $0) }
            }
        }
    }

    /// Compares eight bytes at a time; the last eight may overlap the previous ones.
    @inlinable
    @inline(__always)
    static func equal(_ utf8: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer) -> Bool {
        guard utf8.count == text.count else { return false }
        var index = 0
        guard text.count >= 8 else {
            while index < text.count {
                guard utf8[index] == text[index] else { return false }
                index += 1
            }
            return true
        }
        func isEqual(at index: Int) -> Bool {
            utf8.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                == text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        }
        // Most texts have at most sixteen bytes. These two need no loop then.
        guard isEqual(at: 0), isEqual(at: text.count - 8) else { return false }
        index = 8
        while index < text.count - 8 {
            guard isEqual(at: index) else { return false }
            index += 8
        }
        return true
    }

    /// Calls `body` with the UTF-8 of a string.
    @inlinable
    @inline(__always)
    package func withUTF8<Value, Failure: Error>(
        _ string: JSONString,
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        if string.hasEscapes { return try body(unescaped(string).span) }
        return try body(bytes.span.extracting(string.range))
    }

    // MARK: Escapes (RFC 8259 §7)

    private func skipEscape(at start: Int) throws(JSONError) -> Int {
        guard start + 1 < bytes.count else {
            throw JSONError(offset: start, reason: "the text ends inside a string")
        }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            return try skipUnicodeEscape(at: start)
        default:
            throw JSONError(offset: start, reason: "there is no such escape")
        }
    }

    /// Skips a `\u` escape and rejects a lone surrogate, which is no character and cannot be
    /// written again.
    private func skipUnicodeEscape(at start: Int) throws(JSONError) -> Int {
        guard let unit = codeUnit(at: start) else {
            throw JSONError(offset: start, reason: "an escape lacks its four hexadecimal digits")
        }
        switch unit {
        case 0xD800...0xDBFF:
            guard let second = codeUnit(at: start + 6), (0xDC00...0xDFFF).contains(second) else {
                throw JSONError(offset: start, reason: "a surrogate stands alone")
            }
            return start + 12
        case 0xDC00...0xDFFF:
            throw JSONError(offset: start, reason: "a surrogate stands alone")
        default:
            return start + 6
        }
    }

    /// Returns the code unit of `\uXXXX` at an offset.
    private func codeUnit(at start: Int) -> UInt32? {
        guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"),
            bytes[start + 1] == UInt8(ascii: "u")
        else { return nil }
        return HexDigits.word(bytes[start + 2..<start + 6].span)
            .map { UInt32($0) }
    }

    @usableFromInline
    func unescaped(_ string: JSONString) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(string.range.count)
        var index = string.range.lowerBound
        while index < string.range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                index += appendUnicodeEscape(at: index, to: &result)
                continue
            case let other: result.append(other)
            }
            index += 2
        }
        return result
    }

    /// Appends the character of a checked escape; returns the length of the escape.
    private func appendUnicodeEscape(at start: Int, to result: inout [UInt8]) -> Int {
        let first = codeUnit(at: start) ?? 0xFFFD
        var value = first
        var length = 6
        if (0xD800...0xDBFF).contains(first), let second = codeUnit(at: start + 6) {
            value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
            length = 12
        }
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        result.append(contentsOf: String(Character(scalar)).utf8)
        return length
    }

    // MARK: UTF-8 (Unicode 15, table 3-7)

    private func skipMultibyte(at start: Int) throws(JSONError) -> Int {
        let first = bytes[start]
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch first {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: throw JSONError(offset: start, reason: "the text is not UTF-8")
            }
        guard start + length <= bytes.count, second.contains(bytes[start + 1]),
            bytes[start + 2..<start + length].allSatisfy({ (0x80...0xBF).contains($0) })
        else { throw JSONError(offset: start, reason: "the text is not UTF-8") }
        return start + length
    }
}
