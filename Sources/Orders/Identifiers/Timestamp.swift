/// A moment in UTC, to the millisecond.
package struct Timestamp: Hashable, Comparable, Sendable, TextForm {
    package let millisecondsSinceEpoch: Int64

    /// What RFC 3339 can write: years 0000 to 9999.
    package static let range: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    private static let millisecondsPerDay: Int64 = 86_400_000

    /// A moment outside ``range`` becomes the nearest one inside.
    package init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = min(
            max(millisecondsSinceEpoch, Self.range.lowerBound),
            Self.range.upperBound
        )
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }

    // MARK: Writing

    package static let longestText = 24

    /// Appends RFC 3339 with three decimals, such as `2026-11-23T12:36:09.123Z`.
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

    /// Appends two digits, and perhaps what separates them from the next.
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

    // MARK: Reading

    /// Reads RFC 3339 §5.6: any offset, any number of decimals (those beyond the third are cut
    /// off).
    ///
    /// The second 60 of a leap second is read as the next second's beginning.
    package init?(_ text: Span<UInt8>) {
        var scanner = DigitScanner()
        guard let year = scanner.number(text, 4), scanner.take(text, "-"),
            let month = scanner.number(text, 2),
            scanner.take(text, "-"), let day = scanner.number(text, 2),
            scanner.take(text, "T") || scanner.take(text, "t") || scanner.take(text, " "),
            let hour = scanner.number(text, 2), scanner.take(text, ":"),
            let minute = scanner.number(text, 2),
            scanner.take(text, ":"), let second = scanner.number(text, 2),
            (1...12).contains(month), (1...CivilDate.days(in: month, of: year)).contains(day),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        var milliseconds = 0
        if scanner.take(text, ".") {
            guard let fraction = scanner.fraction(text) else { return nil }
            milliseconds = fraction
        }
        guard let offset = scanner.offsetMinutes(text), scanner.index == text.count else {
            return nil
        }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let minutes = (days * 24 + hour) * 60 + minute - offset
        let result = Int64(minutes) * 60_000 + Int64(second * 1000 + milliseconds)
        guard Self.range.contains(result) else { return nil }
        self.init(millisecondsSinceEpoch: result)
    }

    package init?(_ text: String) {
        self.init(text.utf8.span)
    }
}

/// Takes the pieces of a timestamp one after the other.
private struct DigitScanner {
    /// Of the next character.
    private(set) var index = 0

    mutating func take(_ text: Span<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func digit(_ text: Span<UInt8>) -> Int? {
        guard index < text.count, text[index] &- 0x30 < 10 else { return nil }
        defer { index += 1 }
        return Int(text[index] &- 0x30)
    }

    mutating func number(_ text: Span<UInt8>, _ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = digit(text) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Decimals of a second, in milliseconds.
    mutating func fraction(_ text: Span<UInt8>) -> Int? {
        guard var value = digit(text) else { return nil }
        var width = 1
        while let digit = digit(text) {
            if width < 3 { value = value * 10 + digit }
            width += 1
        }
        for _ in 0..<max(0, 3 - width) { value *= 10 }
        return value
    }

    mutating func offsetMinutes(_ text: Span<UInt8>) -> Int? {
        if take(text, "Z") || take(text, "z") { return 0 }
        let isNegative = index < text.count && text[index] == UInt8(ascii: "-")
        guard take(text, "+") || take(text, "-"), let hours = number(text, 2), take(text, ":"),
            let minutes = number(text, 2), hours <= 23, minutes <= 59
        else { return nil }
        return (hours * 60 + minutes) * (isNegative ? -1 : 1)
    }
}
