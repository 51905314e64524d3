/// Hexadecimal text; identifiers are read and written several times per order.
package enum HexDigits {
    /// Appends the sixteen lower-case digits of a word.
    package static func append(_ word: UInt64, to output: inout OutputSpan<UInt8>) {
        output.append(bytesOf: text(UInt32(truncatingIfNeeded: word >> 32)))
        output.append(bytesOf: text(UInt32(truncatingIfNeeded: word)))
    }

    /// Returns the eight lower-case digits of a word, in memory order.
    ///
    /// All digits are computed at once: each half byte moves into its own byte, and then becomes a
    /// digit.
    package static func text(_ word: UInt32) -> UInt64 {
        var halves = UInt64(word)
        halves = (halves << 16 | halves) & 0x0000_FFFF_0000_FFFF
        halves = (halves << 8 | halves) & 0x00FF_00FF_00FF_00FF
        halves = (halves << 4 | halves) & 0x0F0F_0F0F_0F0F_0F0F
        // 1 for each half byte that needs a letter: the addition of 6 carries out of it.
        let letters = (halves &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        let distance = UInt64(UInt8(ascii: "a") - UInt8(ascii: "0") - 10)
        return (halves &+ 0x3030_3030_3030_3030 &+ letters &* distance).bigEndian
    }

    /// Returns the lower-case digit of a value below 16.
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Returns the value of a digit that is not in upper case, or `nil`.
    static func lowerCaseValue(_ digit: UInt8) -> UInt8? {
        (0x41...0x46).contains(digit) ? nil : value(digit)
    }

    /// Returns the value of a digit of either case, or `nil`.
    package static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        case 0x41...0x46: digit - 0x41 + 10
        default: nil
        }
    }

    /// Returns the value of eight digits of either case, given in memory order; `nil` if one is not
    /// a digit.
    ///
    /// All digits are read at once: no addition below carries into the next byte.
    package static func word(_ text: UInt64) -> UInt32? {
        func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
        /// Sets the highest bit of each byte that is at least `least`.
        ///
        /// All bytes are below 128.
        func atLeast(_ least: UInt8, _ bytes: UInt64) -> UInt64 { bytes &+ all(0x80 - least) }
        guard text & all(0x80) == 0 else { return nil }
        let lowercase = text | all(0x20)
        let numbers = atLeast(UInt8(ascii: "0"), text) & ~atLeast(UInt8(ascii: "9") + 1, text)
        let letters =
            atLeast(UInt8(ascii: "a"), lowercase) & ~atLeast(UInt8(ascii: "f") + 1, lowercase)
        guard (numbers | letters) & all(0x80) == all(0x80) else { return nil }
        var halves = text & all(0x0F) &+ (letters & all(0x80)) >> 7 &* 9
        halves = halves.bigEndian
        halves = (halves | halves >> 4) & 0x00FF_00FF_00FF_00FF
        halves = (halves | halves >> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: halves | halves >> 16)
    }

    /// Reads sixteen digits without upper-case letters.
    package static func lowerCaseWord(_ digits: Span<UInt8>) -> UInt64? {
        guard digits.count == 16 else { return nil }
        let text = digits.withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
        // Among all digits, only upper-case letters do not have this bit.
        let lowerCase: UInt64 = 0x2020_2020_2020_2020
        guard text.0 & text.1 & lowerCase == lowerCase, let high = word(text.0),
            let low = word(text.1)
        else { return nil }
        return UInt64(high) << 32 | UInt64(low)
    }

    /// Reads at most 16 digits of either case.
    package static func word(_ digits: Span<UInt8>) -> UInt64? {
        var word: UInt64 = 0
        for index in digits.indices {
            guard let value = value(digits[index]) else { return nil }
            word = word << 4 | UInt64(value)
        }
        return word
    }
}
