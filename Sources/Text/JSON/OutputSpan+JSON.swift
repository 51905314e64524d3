extension JSONString {
    /// The most bytes that a text takes as a JSON string, with its quotation marks.
    package static func mostBytes(of utf8: Span<UInt8>) -> Int {
        let isPlain = endOfPlainText(in: utf8, from: 0) == utf8.count
        return 2 + (isPlain ? utf8.count : longestEscape * utf8.count)
    }

    /// The length of an escape such as `\u0000`.
    private static let longestEscape = 6
}

extension OutputSpan<UInt8> {
    /// Appends a text as a JSON string; there is room for ``JSONString/mostBytes(of:)``.
    package mutating func append(quoting utf8: Span<UInt8>) {
        append(UInt8(ascii: "\""))
        append(escaping: utf8)
        append(UInt8(ascii: "\""))
    }

    /// Appends what stands between the quotation marks of a JSON string.
    package mutating func append(escaping utf8: Span<UInt8>) {
        let plain = JSONString.endOfPlainText(in: utf8, from: 0)
        append(utf8.extracting(first: plain))
        var index = plain
        while index < utf8.count {
            append(escaping: utf8[index])
            index += 1
        }
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case 0x22, 0x5C:
            append(UInt8(ascii: "\\"))
            append(byte)
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case ..<0x20:
            append("\\u00")
            append(HexDigits.digit(byte >> 4))
            append(HexDigits.digit(byte & 15))
        default: append(byte)
        }
    }
}
