/// Hexadecimal text, table-driven: identifiers are written several times for every order.
enum HexDigits {
    /// Appends the lower-case digits of the `count` lowest bytes of a word.
    static func append(_ word: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
        var text = InlineArray<16, UInt8>(repeating: 0)
        var rest = word
        for index in text.indices.reversed() {
            text[index] = digit(UInt8(truncatingIfNeeded: rest) & 15)
            rest >>= 4
        }
        text.span.extracting((16 - 2 * count)...)
            .withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// The lower-case digit of a value below 16.
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }

    /// The value of a digit of either case, or `nil`.
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }

    /// Reads exactly `count` digits, at most 16.
    static func word(
        _ digits: Span<UInt8>,
        count: Int,
        allowsUpperCase: Bool
    ) -> UInt64? {
        guard digits.count == count else { return nil }
        var word: UInt64 = 0
        for index in digits.indices {
            let digit = digits[index]
            guard let value = value(digit), allowsUpperCase || !(0x41...0x46).contains(digit) else {
                return nil
            }
            word = word << 4 | UInt64(value)
        }
        return word
    }
}
