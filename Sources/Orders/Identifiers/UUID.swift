/// A universally unique identifier (RFC 9562).
package struct UUID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first eight octets, big-endian: version 7 has its time here.
    package let high: UInt64
    package let low: UInt64

    /// The length of the text form in bytes.
    package static let textLength = 36

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A time-ordered identifier (RFC 9562 §5.7).
    ///
    /// - Parameters:
    ///   - randomHigh: 12 random bits; the others are ignored.
    ///   - randomLow: 62 random bits; the others are ignored.
    package init(version7At timestamp: Timestamp, randomHigh: UInt16, randomLow: UInt64) {
        let time = UInt64(bitPattern: timestamp.millisecondsSinceEpoch) & 0xFFFF_FFFF_FFFF
        high = time << 16 | 0x7000 | UInt64(randomHigh & 0x0FFF)
        low = randomLow & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// A random identifier (RFC 9562 §5.4).
    ///
    /// - Parameters:
    ///   - randomHigh: 60 random bits; the others are ignored.
    ///   - randomLow: 62 random bits; the others are ignored.
    package init(version4From randomHigh: UInt64, _ randomLow: UInt64) {
        high = randomHigh & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        low = randomLow & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// Reads `8-4-4-4-12` hexadecimal digits of either case (RFC 9562 §4), and nothing else.
    package init?(_ text: Span<UInt8>) {
        guard text.count == Self.textLength else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in text.indices {
            switch index {
            case 8, 13, 18, 23:
                guard text[index] == UInt8(ascii: "-") else { return nil }
            default:
                guard let value = HexDigits.value(text[index]) else { return nil }
                if index < 18 {
                    high = high << 4 | UInt64(value)
                } else {
                    low = low << 4 | UInt64(value)
                }
            }
        }
        self.init(high: high, low: low)
    }

    package init?(_ text: ArraySlice<UInt8>) {
        self.init(text.span)
    }

    package init?(_ text: String) {
        self.init(text.utf8.span)
    }

    /// Appends the 36 characters of the text form, lower case as RFC 9562 §4 asks.
    package func append(to bytes: inout [UInt8]) {
        withText { bytes.append(contentsOf: $0) }
    }

    package var description: String {
        withText { String(decoding: $0, as: UTF8.self) }
    }

    private func withText<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        // Where nothing is put below, the dashes stay.
        var text = InlineArray<36, UInt8>(repeating: UInt8(ascii: "-"))
        func put(_ word: UInt64, digits: Range<Int>) {
            var word = word
            for index in digits.reversed() {
                text[index] = HexDigits.digit(UInt8(truncatingIfNeeded: word) & 15)
                word >>= 4
            }
        }
        put(high >> 32, digits: 0..<8)
        put(high >> 16, digits: 9..<13)
        put(high, digits: 14..<18)
        put(low >> 48, digits: 19..<23)
        put(low, digits: 24..<36)
        return text.span.withUnsafeBufferPointer(body)
    }

    package static func < (left: UUID, right: UUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

/// Names an order; the key of all its events.
package typealias OrderID = UUID
/// Names one event: a second delivery has the same.
package typealias EventID = UUID

/// The text that a function appends.
func text(reserving count: Int, _ append: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    append(&bytes)
    return String(decoding: bytes, as: UTF8.self)
}
