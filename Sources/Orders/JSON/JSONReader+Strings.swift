/// A string of a JSON text: where it stands, between its quotes.
package struct JSONString: Sendable {
    let range: Range<Int>
    let hasEscapes: Bool
}

extension JSONReader {
    /// Reads a string and checks it: UTF-8, no control characters, escapes that stand for characters.
    package mutating func string() throws(JSONError) -> JSONString {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            throw error("a quotation mark is missing")
        }
        let start = position + 1
        var index = start
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
        }
        throw JSONError(offset: index, reason: "the text ends inside a string")
    }

    /// The characters of a string.
    package func text(_ string: JSONString) -> String {
        guard string.hasEscapes else { return String(decoding: bytes[string.range], as: UTF8.self) }
        return String(decoding: unescaped(string), as: UTF8.self)
    }

    /// Whether a string says this, whichever way it is escaped.
    package func equals(_ string: JSONString, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            guard string.hasEscapes else {
                return string.range.count == wanted.count
                    && zip(string.range, wanted).allSatisfy { bytes[$0] == $1 }
            }
            return unescaped(string).elementsEqual(wanted)
        }
    }

    /// The UTF-8 of a string.
    package func utf8(_ string: JSONString) -> ArraySlice<UInt8> {
        string.hasEscapes ? unescaped(string)[...] : bytes[string.range]
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

    /// A lone surrogate is no character, so what would be made of it could not be written again.
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

    /// The code unit of `\uXXXX` at an offset.
    private func codeUnit(at start: Int) -> UInt32? {
        guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"),
            bytes[start + 1] == UInt8(ascii: "u")
        else { return nil }
        return HexDigits.word(bytes[start + 2..<start + 6].span, count: 4, allowsUpperCase: true)
            .map { UInt32($0) }
    }

    private func unescaped(_ string: JSONString) -> [UInt8] {
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

    /// Appends an escape that has been checked; returns its length.
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
