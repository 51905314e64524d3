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

    /// Appends the text of RFC 3339 with three decimals, such as `2026-11-23T12:36:09.123Z`.
    package func write(to output: inout OutputSpan<UInt8>) {
        let day = millisecondsSinceEpoch.flooringQuotient(by: Self.millisecondsPerDay)
        let time = Int(millisecondsSinceEpoch - day * Self.millisecondsPerDay)
        let date = CivilDate(daysSinceEpoch: Int(day))
        Self.write(date.year / 100, to: &output)
        Self.write(date.year % 100, "-", to: &output)
        Self.write(date.month, "-", to: &output)
        Self.write(date.day, "T", to: &output)
        Self.write(time / 3_600_000, ":", to: &output)
        Self.write(time / 60_000 % 60, ":", to: &output)
        Self.write(time / 1000 % 60, ".", to: &output)
        output.append(0x30 + UInt8(truncatingIfNeeded: time % 1000 / 100))
        Self.write(time % 100, "Z", to: &output)
    }

    /// Appends two digits, and a separator, if any.
    @inline(__always)
    private static func write(
        _ number: Int,
        _ separator: Unicode.Scalar? = nil,
        to output: inout OutputSpan<UInt8>
    ) {
        output.append(0x30 + UInt8(truncatingIfNeeded: number / 10))
        output.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
        if let separator { output.append(UInt8(ascii: separator)) }
    }
}
