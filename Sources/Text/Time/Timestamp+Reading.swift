extension Timestamp {
    private enum Grammar {
        case rfc3339, lenient
    }

    /// Reads a timestamp of RFC 3339 §5.6 with any offset and any number of decimals; decimals
    /// after the third are ignored.
    ///
    /// The second 60 of a leap second counts as the start of the next second.
    package init?(_ text: Span<UInt8>) {
        self.init(text, .rfc3339)
    }

    package init?(_ text: String) {
        self.init(text.utf8.span)
    }

    /// Reads a timestamp in the spelling of other programs: RFC 3339 with additions of ISO 8601.
    ///
    /// A missing offset means UTC. The offset may be `+hhmm` or `+hh` (ISO 8601:2004 §4.2.5.1). A
    /// comma may stand before the decimals (§4.2.2.4). The date and the time to the second, with
    /// hyphens and colons, are required.
    package init?(lenient text: Span<UInt8>) {
        if let own = Self(ownForm: text) {
            self = own
        } else {
            self.init(text, .lenient)
        }
    }

    private init?(_ text: Span<UInt8>, _ grammar: Grammar) {
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
        if scanner.take(text, ".") || grammar == .lenient && scanner.take(text, ",") {
            guard let fraction = scanner.fraction(text) else { return nil }
            milliseconds = fraction
        }
        guard let offset = scanner.offsetMinutes(text, isLenient: grammar == .lenient),
            scanner.index == text.count
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        let minutes = (days * 24 + hour) * 60 + minute - offset
        let result = Int64(minutes) * 60_000 + Int64(second * 1000 + milliseconds)
        guard Self.range.contains(result) else { return nil }
        self.init(millisecondsSinceEpoch: result)
    }
}

/// Reads the parts of a timestamp one after another.
private struct DigitScanner {
    /// The index of the next character.
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

    /// Reads the decimals of a second, and returns milliseconds.
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

    /// Reads the offset from UTC in minutes.
    ///
    /// - Parameter isLenient: Whether the offset, its colon and its minutes may be missing.
    mutating func offsetMinutes(_ text: Span<UInt8>, isLenient: Bool) -> Int? {
        if take(text, "Z") || take(text, "z") { return 0 }
        if isLenient, index == text.count { return 0 }
        let isNegative = index < text.count && text[index] == UInt8(ascii: "-")
        guard take(text, "+") || take(text, "-"), let hours = number(text, 2), hours <= 23 else {
            return nil
        }
        var minutes = 0
        if !isLenient || index < text.count {
            guard take(text, ":") || isLenient, let number = number(text, 2), number <= 59 else {
                return nil
            }
            minutes = number
        }
        return (hours * 60 + minutes) * (isNegative ? -1 : 1)
    }
}
