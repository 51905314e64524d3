/// A moment in UTC, to the millisecond.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
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

    /// Appends RFC 3339 with three decimals, such as `2026-11-23T12:36:09.123Z`.
    package func append(to bytes: inout [UInt8]) {
        let day = millisecondsSinceEpoch.flooringQuotient(by: Self.millisecondsPerDay)
        let time = Int(millisecondsSinceEpoch - day * Self.millisecondsPerDay)
        let date = CivilDate(daysSinceEpoch: Int(day))
        func append(_ number: Int, _ width: Int) {
            if width > 1 { append(number / 10, width - 1) }
            bytes.append(0x30 + UInt8(number % 10))
        }
        append(date.year, 4)
        bytes.append(UInt8(ascii: "-"))
        append(date.month, 2)
        bytes.append(UInt8(ascii: "-"))
        append(date.day, 2)
        bytes.append(UInt8(ascii: "T"))
        append(time / 3_600_000, 2)
        bytes.append(UInt8(ascii: ":"))
        append(time / 60_000 % 60, 2)
        bytes.append(UInt8(ascii: ":"))
        append(time / 1000 % 60, 2)
        bytes.append(UInt8(ascii: "."))
        append(time % 1000, 3)
        bytes.append(UInt8(ascii: "Z"))
    }

    package var description: String { text(reserving: 24, append) }

    // MARK: Reading

    /// Reads RFC 3339 §5.6: any offset, any number of decimals (those beyond the third are cut
    /// off).
    ///
    /// The second 60 of a leap second is read as the next second's beginning.
    package init?(_ text: some Collection<UInt8>) {
        var scanner = DigitScanner(rest: text[...])
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2),
            scanner.take("-"), let day = scanner.number(2),
            scanner.take("T") || scanner.take("t") || scanner.take(" "),
            let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2),
            scanner.take(":"), let second = scanner.number(2),
            (1...12).contains(month), (1...CivilDate.days(in: month, of: year)).contains(day),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        var milliseconds = 0
        if scanner.take(".") {
            guard let fraction = scanner.fraction() else { return nil }
            milliseconds = fraction
        }
        guard let offset = scanner.offsetMinutes(), scanner.rest.isEmpty else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let minutes = (days * 24 + hour) * 60 + minute - offset
        let result = Int64(minutes) * 60_000 + Int64(second * 1000 + milliseconds)
        guard Self.range.contains(result) else { return nil }
        self.init(millisecondsSinceEpoch: result)
    }

    package init?(_ text: String) {
        self.init(text.utf8)
    }
}

/// Takes the pieces of a timestamp off the front of a text.
private struct DigitScanner<Rest: Collection<UInt8>> where Rest.SubSequence == Rest {
    var rest: Rest

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func digit() -> Int? {
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        rest = rest.dropFirst()
        return Int(first - 0x30)
    }

    mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Decimals of a second, in milliseconds.
    mutating func fraction() -> Int? {
        guard var value = digit() else { return nil }
        var width = 1
        while let digit = digit() {
            if width < 3 { value = value * 10 + digit }
            width += 1
        }
        for _ in 0..<max(0, 3 - width) { value *= 10 }
        return value
    }

    mutating func offsetMinutes() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isNegative = rest.first == UInt8(ascii: "-")
        guard take("+") || take("-"), let hours = number(2), take(":"), let minutes = number(2),
            hours <= 23, minutes <= 59
        else { return nil }
        return (hours * 60 + minutes) * (isNegative ? -1 : 1)
    }
}
