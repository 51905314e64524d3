/// A universally unique identifier (RFC 9562).
package struct UUID: Hashable, Sendable, Comparable, TextForm {
    /// The first eight octets, big-endian; version 7 stores its time here.
    package let high: UInt64
    package let low: UInt64

    /// The length of every text form.
    package static let longestText = 36

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Creates a time-ordered identifier (RFC 9562 §5.7).
    ///
    /// - Parameters:
    ///   - randomHigh: 12 random bits; the others are ignored.
    ///   - randomLow: 62 random bits; the others are ignored.
    package init(version7At timestamp: Timestamp, randomHigh: UInt16, randomLow: UInt64) {
        let time = UInt64(bitPattern: timestamp.millisecondsSinceEpoch) & 0xFFFF_FFFF_FFFF
        high = time << 16 | 0x7000 | UInt64(randomHigh & 0x0FFF)
        low = randomLow & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// The creation time of an identifier of version 7; `nil` for other versions.
    package var time: Timestamp? {
        guard high >> 12 & 0xF == 7 else { return nil }
        return Timestamp(millisecondsSinceEpoch: Int64(high >> 16))
    }

    /// Reads `8-4-4-4-12` hexadecimal digits of either case (RFC 9562 §4), and nothing else.
    package init?(_ text: Span<UInt8>) {
        let dash = UInt8(ascii: "-")
        guard text.count == Self.longestText, text[8] == dash, text[13] == dash, text[18] == dash,
            text[23] == dash
        else { return nil }
        let words = text.withUnsafeBytes { bytes in
            func half(_ place: Int) -> UInt64 {
                UInt64(bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
            }
            return SIMD4(
                bytes.loadUnaligned(as: UInt64.self),
                half(9) | half(14) &<< 32,
                half(19) | half(24) &<< 32,
                bytes.loadUnaligned(fromByteOffset: 28, as: UInt64.self)
            )
        }
        guard let (high, low) = HexDigits.words(words) else { return nil }
        self.init(high: high, low: low)
    }

    package init?(_ text: ArraySlice<UInt8>) {
        self.init(text.span)
    }

    package init?(_ text: String) {
        self.init(text.utf8.span)
    }

    /// Appends the 36 characters of the text form, in lower case as RFC 9562 §4 requires.
    package func write(to output: inout OutputSpan<UInt8>) {
        output.append(count: Self.longestText) { write(to: $0) }
    }

    package var description: String {
        String(unsafeUninitializedCapacity: Self.longestText) { text in
            guard let start = text.baseAddress else { return 0 }
            write(to: UnsafeMutableRawPointer(start))
            return Self.longestText
        }
    }

    /// Calls `body` with the 36 characters of the text form.
    ///
    /// The function is not generic in the result or error of `body`, because other modules would
    /// call the unspecialised generic version for each response.
    package func withText(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longestText) { text in
            guard let start = text.baseAddress else { return }
            write(to: UnsafeMutableRawPointer(start))
            body(UnsafeBufferPointer(text))
        }
    }

    /// Writes the 36 characters to memory that has room for them.
    @inline(__always)
    private func write(to text: UnsafeMutableRawPointer) {
        func put<Digits: BitwiseCopyable>(_ digits: Digits, at place: Int) {
            text.storeBytes(of: digits, toByteOffset: place, as: Digits.self)
        }
        let first = HexDigits.digits(high)
        put(first[0], at: 0)
        put(UInt32(truncatingIfNeeded: first[1]), at: 9)
        put(UInt32(truncatingIfNeeded: first[1] &>> 32), at: 14)
        let last = HexDigits.digits(low)
        put(UInt32(truncatingIfNeeded: last[0]), at: 19)
        put(UInt32(truncatingIfNeeded: last[0] &>> 32), at: 24)
        put(last[1], at: 28)
        let dash = UInt8(ascii: "-")
        put(dash, at: 8)
        put(dash, at: 13)
        put(dash, at: 18)
        put(dash, at: 23)
    }

    package static func < (left: UUID, right: UUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
