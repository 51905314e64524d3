/// Hexadecimal text; identifiers are read and written several times per order.
package enum HexDigits {
    /// Returns the sixteen lower-case digits of a word, in memory order.
    ///
    /// All digits are made at once: each of eight lanes of 16 bits has the two digits of one byte. No
    /// addition below carries from one digit into the other.
    @inline(__always)
    static func digits(_ word: UInt64) -> SIMD2<UInt64> {
        /// Moves the lower four bytes apart, each into a lane.
        func spread(_ bytes: UInt64) -> UInt64 {
            let pairs = (bytes | bytes &<< 16) & 0x0000_FFFF_0000_FFFF
            return (pairs | pairs &<< 8) & 0x00FF_00FF_00FF_00FF
        }
        func all(_ lane: UInt16) -> SIMD8<UInt16> { SIMD8(repeating: lane) }
        let bytes = word.byteSwapped
        let lanes = unsafeBitCast(
            SIMD2(spread(bytes & 0xFFFF_FFFF), spread(bytes &>> 32)),
            to: SIMD8<UInt16>.self
        )
        // The first digit is in the lower half of a lane, where memory begins.
        let halves = lanes &>> all(4) | lanes &<< all(8) & all(0x0F00)
        let letters = (halves &+ all(0x0606)) &>> all(4) & all(0x0101)
        let toLetter = UInt16(UInt8(ascii: "a") - UInt8(ascii: "0") - 10)
        let text = halves &+ all(0x3030) &+ letters &* all(toLetter)
        return unsafeBitCast(text, to: SIMD2<UInt64>.self)
    }

    /// Appends the sixteen lower-case digits of a word.
    package static func append(_ word: UInt64, to output: inout OutputSpan<UInt8>) {
        output.append(count: 16) { $0.storeBytes(of: digits(word), as: SIMD2<UInt64>.self) }
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

    /// Returns the values of four times eight digits of either case, given in memory order; `nil` if
    /// one is not a digit.
    ///
    /// All digits are read at once: no addition below carries into the next byte.
    @inline(__always)
    static func words(_ text: SIMD4<UInt64>) -> (UInt64, UInt64)? {
        func all(_ byte: UInt8) -> SIMD4<UInt64> {
            SIMD4(repeating: UInt64(byte) &* 0x0101_0101_0101_0101)
        }
        /// Sets the highest bit of each byte that is at least `least`.
        ///
        /// All bytes are below 128.
        func atLeast(_ least: UInt8, _ bytes: SIMD4<UInt64>) -> SIMD4<UInt64> {
            bytes &+ all(0x80 - least)
        }
        let ascii = text & all(0x7F)
        let lowercase = ascii | all(0x20)
        let numbers = atLeast(UInt8(ascii: "0"), ascii) & ~atLeast(UInt8(ascii: "9") + 1, ascii)
        let letters =
            atLeast(UInt8(ascii: "a"), lowercase) & ~atLeast(UInt8(ascii: "f") + 1, lowercase)
        let digits = (numbers | letters) & ~text & all(0x80)
        guard digits[0] & digits[1] & digits[2] & digits[3] == 0x8080_8080_8080_8080 else {
            return nil
        }
        func every(_ word: UInt64) -> SIMD4<UInt64> { SIMD4(repeating: word) }
        let ninth = (letters & all(0x80)) &>> every(7)
        // A letter has the value 1 to 6 in these bits.
        var halves = (text & all(0x0F)) &+ ninth &+ (ninth &<< every(3))
        // The first digit of a byte is the lower one in memory order.
        halves = (halves &<< every(4) | halves &>> every(8)) & every(0x00FF_00FF_00FF_00FF)
        halves = (halves | halves &>> every(8)) & every(0x0000_FFFF_0000_FFFF)
        halves = halves | halves &>> every(16)
        func word(_ first: Int) -> UInt64 {
            let low = halves[first] & 0xFFFF_FFFF
            return (halves[first + 1] &<< 32 | low).byteSwapped
        }
        return (word(0), word(2))
    }

    /// Reads 32 digits without upper-case letters.
    package static func lowerCaseWords(_ digits: Span<UInt8>) -> (UInt64, UInt64)? {
        guard digits.count == 32 else { return nil }
        return lowerCaseWords(digits.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) })
    }

    @inline(__always)
    private static func lowerCaseWords(_ text: SIMD4<UInt64>) -> (UInt64, UInt64)? {
        // Among all digits, only upper-case letters do not have this bit.
        let lowerCase: UInt64 = 0x2020_2020_2020_2020
        guard text[0] & text[1] & text[2] & text[3] & lowerCase == lowerCase else { return nil }
        return words(text)
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
        return lowerCaseWords(SIMD4(text.0, text.1, text.0, text.1))?.0
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
