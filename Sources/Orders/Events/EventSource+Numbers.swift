internal import Text

extension EventSource {
    /// Reads an amount that is not negative, written as a string or as a number.
    mutating func money(_ pointer: @autoclosure () -> String) throws(EventError) -> Money {
        let text: JSONString
        switch try json({ reader throws(JSONError) in try reader.nextKind() }) {
        case .string: text = try string(pointer())
        case .number:
            let range = try json { reader throws(JSONError) in try reader.number() }
            text = JSONString(range: range, hasEscapes: false)
        default:
            try skip()
            throw .wrongType(pointer: pointer(), expected: "a string or a number")
        }
        let money: Money
        do throws(MoneyError) {
            money = try reader.withUTF8(text) { utf8 throws(MoneyError) in try Money(utf8) }
        } catch {
            throw .invalid(pointer: pointer(), reason: "\(error)")
        }
        guard money >= .zero else {
            throw .invalid(pointer: pointer(), reason: "must not be negative")
        }
        return money
    }

    /// Reads a whole number from 1 to 2³¹ − 1.
    mutating func positiveInteger(_ pointer: @autoclosure () -> String) throws(EventError) -> Int {
        try expect(.number, pointer(), "a number")
        let range = try json { reader throws(JSONError) in try reader.number() }
        guard let number = reader.wholeNumber(range) ?? exactInteger(range),
            (1...Int(Int32.max)).contains(number)
        else {
            throw .invalid(
                pointer: pointer(),
                reason: "must be a whole number from 1 to \(Int32.max)"
            )
        }
        return number
    }

    /// Reads a version, such as `"1.0"`, `"1"`, `1.0` or `1`; `nil` if it is null.
    mutating func version(
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> ReadName<EventVersion>? {
        if !reader.isAt(UInt8(ascii: "\"")) {
            if try takeNull() { return nil }
            let kind = try json { reader throws(JSONError) in try reader.nextKind() }
            if kind == .number { return try versionNumber(pointer()) }
        }
        let name: ReadName<EventVersion> = try name(pointer())
        if case .other(let text) = name, text.utf8.count == 1, let major = Int(text),
            let version = EventVersion(major: major)
        {
            return .known(version)
        }
        return name
    }

    private mutating func versionNumber(
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> ReadName<EventVersion> {
        let range = try json { reader throws(JSONError) in try reader.number() }
        if let major = exactInteger(range), let version = EventVersion(major: major) {
            return .known(version)
        }
        return .other(try text(of: JSONString(range: range, hasEscapes: false), pointer()))
    }

    /// Returns the value of a whole number written with a point or an exponent, such as `2.0`.
    ///
    /// The conversion is exact, like that of an amount.
    ///
    /// - Returns: `nil` if it is not whole, or has more than ``Money/Limits/integerDigits`` digits.
    private func exactInteger(_ range: Range<Int>) -> Int? {
        let number = JSONString(range: range, hasEscapes: false)
        guard let exact = reader.withUTF8(number, { try? Money($0) }),
            exact.tenThousandths % Money.one.tenThousandths == 0
        else { return nil }
        return Int(exact.tenThousandths / Money.one.tenThousandths)
    }
}
