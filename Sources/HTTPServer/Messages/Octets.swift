internal import Glibc

/// The byte classes of HTTP's grammar, as bit sets: a test costs one shift and one mask per byte.
enum Octets {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let semicolon = UInt8(ascii: ";")
    static let slash = UInt8(ascii: "/")
    static let questionMark = UInt8(ascii: "?")
    static let percent = UInt8(ascii: "%")
    static let asterisk = UInt8(ascii: "*")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let equals = UInt8(ascii: "=")
    static let openingBracket = UInt8(ascii: "[")
    static let closingBracket = UInt8(ascii: "]")

    /// A set of ASCII characters; it never contains a byte above 127.
    ///
    /// The sets are written as bits, so the compiler stores them as constants in the code. A set
    /// built from a string would need a check at each access whether it is initialized. A test
    /// states the characters of each set.
    struct Set {
        private let low: UInt64
        private let high: UInt64

        @inline(__always)
        init(low: UInt64, high: UInt64) {
            self.low = low
            self.high = high
        }

        @inline(__always)
        func contains(_ byte: UInt8) -> Bool {
            guard byte < 128 else { return false }
            return ((byte < 64 ? low : high) &>> UInt64(byte & 63)) & 1 == 1
        }

        /// Returns the offset of the first byte in `range` that is not a member, or the end of the
        /// range.
        ///
        /// Of eight bytes, the first that are plain are skipped at once, because every set here
        /// contains these characters; see ``others(in:)``.
        @inline(__always)
        func end(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
            precondition(range.upperBound <= bytes.count, "a range beyond its bytes")
            var index = range.lowerBound
            while index < range.upperBound {
                if range.upperBound - index >= 8 {
                    let word = bytes.withUnsafeBytes {
                        $0.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    }
                    let others = Octets.others(in: word)
                    guard others != 0 else {
                        index += 8
                        continue
                    }
                    index += UInt64(littleEndian: others).trailingZeroBitCount / 8
                }
                guard contains(bytes[unchecked: index]) else { return index }
                index += 1
            }
            return index
        }
    }

    /// `tchar` of RFC 9110 §5.6.2.
    static var token: Set { Set(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// The characters that a path and query may contain unescaped (RFC 3986 §3.3, §3.4).
    ///
    /// The set contains neither the `?` between path and query nor the `%` that begins an escape.
    static var target: Set { Set(low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF) }

    /// The characters that a host name may contain unescaped (`unreserved` and `sub-delims`, RFC
    /// 3986 §3.2.2).
    static var name: Set { Set(low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

    /// Returns whether a byte is `field-vchar`, SP or HTAB of RFC 9110 §5.5.
    @inline(__always)
    static func isFieldValue(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7F : byte == tab
    }

    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// Returns the value of a hexadecimal digit, or `nil`.
    ///
    /// It is declared in this module, because the parser of targets needs it inlined. A function of
    /// another module is not inlined.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    // MARK: Several bytes at once

    /// Returns whether a field value may contain all of `bytes`; see ``isFieldValue(_:)``.
    ///
    /// The check reads eight bytes at a time; the last eight may overlap the previous ones. It
    /// tests single bytes only where one of the eight may be invalid.
    static func areFieldValue(_ bytes: Span<UInt8>) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard bytes.count >= 8 else { return bytes.allSatisfy(isFieldValue) }
            var index = 0
            while index < bytes.count {
                let start = min(index, bytes.count - 8)
                index = start + 8
                if mayHoldControls(bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)),
                    !bytes[start..<index].allSatisfy(isFieldValue)
                {
                    return false
                }
            }
            return true
        }
    }

    /// Returns the highest bit of each of eight bytes that is no letter, digit, hyphen or full stop.
    ///
    /// For a byte below 0x80, adding 0x80 - *n* sets the highest bit when the byte is *n* or more. No
    /// sum carries into the next byte.
    @inline(__always)
    static func others(in bytes: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones &* 0x80
        let word = bytes & ~tops
        let lower = word | (ones &* 0x20)
        let letters = (lower &+ ones &* (0x80 - 0x61)) & ~(lower &+ ones &* (0x80 - 0x7B))
        let marks = (word &+ ones &* (0x80 - 0x2D)) & ~(word &+ ones &* (0x80 - 0x3A))
        // Exclude the slash, which lies between the full stop and the digits.
        let noSlashes = (word ^ (ones &* 0x2F)) &+ ones &* 0x7F
        return (~(letters | marks & noSlashes) | bytes) & tops
    }

    /// Returns whether one of eight bytes may be 0x7F or below 0x20, including a tab.
    ///
    /// Such a byte borrows from its highest bit and may borrow from the byte above, so `true` can
    /// be wrong.
    @inline(__always)
    private static func mayHoldControls(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let controls = (word &- ones &* 0x20) & ~word
        let deletes = word ^ (ones &* 0x7F)
        return (controls | ((deletes &- ones) & ~deletes)) & (ones &* 0x80) != 0
    }

    /// Returns the offset of the first `wanted` at or after `start`, or the number of bytes.
    @inline(__always)
    static func first(_ wanted: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, start < bytes.count,
                let found = memchr(base + start, Int32(wanted), bytes.count - start)
            else { return bytes.count }
            return UnsafeRawPointer(found) - base
        }
    }

    /// Returns whether `range` of `bytes` equals `text`, byte for byte.
    @inline(__always)
    static func equal(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount, range.upperBound <= bytes.count else {
            return false
        }
        let wanted = text.utf8Start
        var index = 0
        while index < range.count {
            if bytes[unchecked: range.lowerBound + index] != wanted[index] { return false }
            index += 1
        }
        return true
    }

    /// Returns whether `range` of `bytes` equals `text`, ignoring the case of letters.
    @inline(__always)
    static func equal(_ bytes: Span<UInt8>, _ range: Range<Int>, ignoringCase text: StaticString)
        -> Bool
    {
        guard range.count == text.utf8CodeUnitCount, range.upperBound <= bytes.count else {
            return false
        }
        let wanted = text.utf8Start
        let count = range.count
        guard count >= 8 else {
            var index = 0
            while index < count {
                let byte = bytes[unchecked: range.lowerBound + index]
                // Most bytes have the same case, so compare them unchanged first.
                if byte != wanted[index], lowercased(byte) != lowercased(wanted[index]) {
                    return false
                }
                index += 1
            }
            return true
        }
        return bytes.withUnsafeBytes { bytes in
            // Eight bytes at a time; the last eight may overlap the previous ones.
            func isEqual(at index: Int) -> Bool {
                let word = bytes.loadUnaligned(
                    fromByteOffset: range.lowerBound + index,
                    as: UInt64.self
                )
                let text = UnsafeRawPointer(wanted + index).loadUnaligned(as: UInt64.self)
                let cases = caseBits(of: text)
                return word | cases == text | cases
            }
            // Most texts have at most sixteen bytes. These two need no loop then.
            guard isEqual(at: 0), isEqual(at: count - 8) else { return false }
            var index = 8
            while index < count - 8 {
                guard isEqual(at: index) else { return false }
                index += 8
            }
            return true
        }
    }

    /// Returns the bit that distinguishes the two cases, for each of eight bytes that is a letter.
    ///
    /// For most callers this is a constant, because the text is one.
    @inline(__always)
    private static func caseBits(of text: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones &* 0x80
        let lower = (text & ~tops) | (ones &* 0x20)
        let letters = (lower &+ ones &* (0x80 - 0x61)) & ~(lower &+ ones &* (0x80 - 0x7B))
        return (letters & ~text & tops) &>> 2
    }

    /// Returns whether `bytes` equals `text`, ignoring the case of letters.
    static func equal(_ bytes: UnsafeBufferPointer<UInt8>, ignoringCase text: StaticString) -> Bool
    {
        equal(bytes.span, 0..<bytes.count, ignoringCase: text)
    }
}
