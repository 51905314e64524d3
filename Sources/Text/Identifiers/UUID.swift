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
        @inline(__always)
        func word(_ first: Int, _ second: Int) -> UInt64? {
            text.withUnsafeBytes { bytes in
                let first = bytes.loadUnaligned(fromByteOffset: first, as: UInt32.self)
                let second = bytes.loadUnaligned(fromByteOffset: second, as: UInt32.self)
                return HexDigits.word(UInt64(second) << 32 | UInt64(first)).map { UInt64($0) }
            }
        }
        guard let first = word(0, 4), let second = word(9, 14), let third = word(19, 24),
            let fourth = word(28, 32)
        else { return nil }
        self.init(high: first << 32 | second, low: third << 32 | fourth)
    }

    package init?(_ text: ArraySlice<UInt8>) {
        self.init(text.span)
    }

    package init?(_ text: String) {
        self.init(text.utf8.span)
    }

    /// Appends the 36 characters of the text form, in lower case as RFC 9562 §4 requires.
    package func write(to output: inout OutputSpan<UInt8>) {
        output.withUnsafeMutableBufferPointer { buffer, count in
            precondition(Self.longestText <= buffer.count - count, "more than was asked for")
            write(to: .init(rebasing: buffer[count..<count + Self.longestText]))
            count += Self.longestText
        }
    }

    package var description: String {
        String(unsafeUninitializedCapacity: Self.longestText) { text in
            write(to: UnsafeMutableBufferPointer(rebasing: text[..<Self.longestText]))
            return Self.longestText
        }
    }

    /// Calls `body` with the 36 characters of the text form.
    ///
    /// The function is not generic in the result or error of `body`, because other modules would
    /// call the unspecialised generic version for each response.
    package func withText(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longestText) { text in
            write(to: text)
            body(UnsafeBufferPointer(text))
        }
    }

    private func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        precondition(text.count == Self.longestText, "a text form has its length")
        let bytes = UnsafeMutableRawBufferPointer(text)
        func put(_ word: UInt64, at first: Int, _ second: Int) {
            let digits = HexDigits.text(UInt32(truncatingIfNeeded: word))
            let half = UInt32(truncatingIfNeeded: digits)
            bytes.storeBytes(of: half, toByteOffset: first, as: UInt32.self)
            let rest = UInt32(truncatingIfNeeded: digits >> 32)
            bytes.storeBytes(of: rest, toByteOffset: second, as: UInt32.self)
        }
        put(high >> 32, at: 0, 4)
        put(high, at: 9, 14)
        put(low >> 32, at: 19, 24)
        put(low, at: 28, 32)
        for index in [8, 13, 18, 23] { text[index] = UInt8(ascii: "-") }
    }

    package static func < (left: UUID, right: UUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
