/// A moment in UTC, with millisecond precision.
package struct Timestamp: Hashable, Comparable, Sendable, TextForm {
    package let millisecondsSinceEpoch: Int64

    /// The moments that RFC 3339 can express: years 0000 to 9999.
    package static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    private static let millisecondsPerDay: Int64 = 86_400_000

    /// Replaces a moment outside ``range`` with the nearest moment inside.
    package init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = min(
            max(millisecondsSinceEpoch, Self.range.lowerBound),
            Self.range.upperBound
        )
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }

    package static let longestText = 24

    /// The characters of the text form.
    package typealias Text = InlineArray<24, UInt8>

    /// The text form for those who need it several times.
    package var text: Text {
        var text = Text(repeating: 0)
        var span = text.mutableSpan
        span.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            write(to: start)
        }
        return text
    }

    /// Appends the text of RFC 3339 with three decimals, such as `2026-11-23T12:36:09.123Z`.
    package func write(to output: inout OutputSpan<UInt8>) {
        output.append(count: Self.longestText) { write(to: $0) }
    }

    /// Writes the characters to memory that has room for them.
    @inline(__always)
    private func write(to text: UnsafeMutableRawPointer) {
        let day = millisecondsSinceEpoch.flooringQuotient(by: Self.millisecondsPerDay)
        let date = CivilDate(daysSinceEpoch: Int(day))
        let time = UInt32(millisecondsSinceEpoch - day * Self.millisecondsPerDay)
        let seconds = time / 1000
        let minutes = seconds / 60
        let year = UInt32(date.year)
        func put(_ number: UInt32, at place: Int, _ separator: Unicode.Scalar) {
            let digits = DecimalDigits.pair(number)
            text.storeBytes(of: digits, toByteOffset: place, as: UInt16.self)
            let separator = UInt8(ascii: separator)
            text.storeBytes(of: separator, toByteOffset: place + 2, as: UInt8.self)
        }
        let century = DecimalDigits.pair(year / 100)
        text.storeBytes(of: century, toByteOffset: 0, as: UInt16.self)
        put(year % 100, at: 2, "-")
        put(UInt32(date.month), at: 5, "-")
        put(UInt32(date.day), at: 8, "T")
        put(minutes / 60, at: 11, ":")
        put(minutes % 60, at: 14, ":")
        put(seconds % 60, at: 17, ".")
        put(time % 1000 / 10, at: 20, "Z")
        // The last digit stands where a separator was put.
        let last = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: time % 10)
        text.storeBytes(of: last, toByteOffset: 22, as: UInt8.self)
        text.storeBytes(of: UInt8(ascii: "Z"), toByteOffset: 23, as: UInt8.self)
    }
}
