extension JSONString {
    /// The most bytes that a text takes as a JSON string, with its quotation marks.
    package static func mostBytes(of utf8: Span<UInt8>) -> Int {
        var count = utf8.count + 2
        var index = endOfPlainText(in: utf8, from: 0)
        while index < utf8.count {
            let byte = utf8[index]
            // An escape such as `\u0000` has six bytes, and one such as `\"` has two.
            if byte < 0x20 { count += 5 } else if byte == 0x22 || byte == 0x5C { count += 1 }
            index += 1
        }
        return count
    }
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
