/// The reason why a string is not an amount of money.
package enum MoneyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The string does not follow JSON's grammar for numbers.
    case notANumber
    /// The number has more than ``Money/Limits/integerDigits`` digits before the point.
    case tooLarge
    /// The number has more than ``Money/Limits/decimals`` decimals, not counting zeros at the end.
    case tooPrecise

    package var description: String {
        switch self {
        case .notANumber: "must be a decimal number such as \"9.99\""
        case .tooLarge: "must have at most \(Money.Limits.integerDigits) digits before the point"
        case .tooPrecise: "must have at most \(Money.Limits.decimals) decimals"
        }
    }
}

extension Money {
    /// Reads a number in JSON's grammar (RFC 8259 §6) from its decimal digits, without a conversion
    /// to binary floating point.
    ///
    /// Exponents are allowed: `1e2` is 100.
    ///
    /// - Throws: ``MoneyError``
    package init(_ text: Span<UInt8>) throws(MoneyError) {
        if let plain = Money(plain: text) {
            self = plain
            return
        }
        let digits = try SignificantDigits(text)
        guard digits.mantissa != 0 else {
            self = .zero
            return
        }
        guard digits.firstExponent < Limits.integerDigits else { throw .tooLarge }
        guard digits.lastExponent >= -Limits.decimals else { throw .tooPrecise }
        // There are at most 16 digits between these exponents, so the product fits into 64 bits.
        var value = digits.mantissa
        for _ in 0..<(digits.lastExponent + Limits.decimals) { value *= 10 }
        guard let money = Money(tenThousandths: digits.isNegative ? -value : value) else {
            throw .tooLarge
        }
        self = money
    }

    /// Reads an amount as most programs write it: digits, perhaps with a point and decimals.
    ///
    /// - Returns: `nil` for any other text, which may be an amount or not.
    private init?(plain text: Span<UInt8>) {
        var value: Int64 = 0
        var index = 0
        // These loops read no more digits than fit into the value.
        func takeDigits(_ most: Int) {
            let end = min(text.count, index + most)
            while index < end, text[index] &- 0x30 < 10 {
                value = value &* 10 &+ Int64(text[index] &- 0x30)
                index += 1
            }
        }
        takeDigits(Limits.integerDigits)
        guard index == 1 || index > 1 && text[0] != UInt8(ascii: "0") else { return nil }
        var missing = Limits.decimals
        if index < text.count {
            guard text[index] == UInt8(ascii: ".") else { return nil }
            index += 1
            let start = index
            takeDigits(Limits.decimals)
            guard index > start, index == text.count else { return nil }
            missing -= index - start
        }
        for _ in 0..<missing { value &*= 10 }
        self.init(tenThousandths: value)
    }

    /// - Throws: ``MoneyError``
    package init(_ text: String.UTF8View) throws(MoneyError) {
        try self.init(text.span)
    }
}

/// The significant digits of a decimal number, and their places.
private struct SignificantDigits {
    /// The largest number of significant digits of an amount; further digits are only counted.
    private static let most = Money.Limits.integerDigits + Money.Limits.decimals
    /// The largest exponent; greater exponents are read as this one.
    ///
    /// No string has so many digits, so the amount is too large or too precise in any case. Sums
    /// with this exponent do not overflow.
    private static let exponentLimit = 1 << 40

    private(set) var mantissa: Int64 = 0
    private(set) var isNegative = false
    /// The powers of ten of the first and the last digit that is not zero.
    private(set) var firstExponent = 0
    private(set) var lastExponent = 0

    /// The number of digits from the first to the last one that is not zero.
    private var count = 0
    /// The number of zeros since the last digit that is not zero.
    private var zeros = 0

    init(_ text: Span<UInt8>) throws(MoneyError) {
        var index = 0
        isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }

        let startsWithZero = index < text.count && text[index] == UInt8(ascii: "0")
        let integerDigits = takeDigits(text, &index, from: 0)
        guard integerDigits == 1 || integerDigits > 1 && !startsWithZero else { throw .notANumber }

        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            let place = takeDigits(text, &index, from: integerDigits)
            guard place > integerDigits else { throw .notANumber }
        }
        var exponent = 0
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            exponent = try Self.exponent(text.extracting((index + 1)...))
            index = text.count
        }
        guard index == text.count else { throw .notANumber }
        firstExponent = integerDigits - 1 - firstExponent + exponent
        lastExponent = integerDigits - 1 - lastExponent + exponent
    }

    /// Reads the digits that start at an index.
    ///
    /// - Parameter start: The first digit's place, counted from the left of the number.
    /// - Returns: The place behind the last digit.
    private mutating func takeDigits(
        _ text: Span<UInt8>,
        _ index: inout Int,
        from start: Int
    ) -> Int {
        var place = start
        while index < text.count, text[index] &- 0x30 < 10 {
            take(text[index] - 0x30, at: place)
            place += 1
            index += 1
        }
        return place
    }

    /// Notes a digit at its place.
    ///
    /// ``firstExponent`` and ``lastExponent`` contain places until all digits are read.
    private mutating func take(_ digit: UInt8, at place: Int) {
        guard digit != 0 else {
            zeros += 1
            return
        }
        if count == 0 {
            firstExponent = place
            zeros = 0
        }
        lastExponent = place
        count += zeros + 1
        if count <= Self.most {
            for _ in 0...zeros { mantissa *= 10 }
            mantissa += Int64(digit)
        }
        zeros = 0
    }

    /// Reads the characters after the `e`.
    private static func exponent(_ text: Span<UInt8>) throws(MoneyError) -> Int {
        let first = text.count > 0 ? text[0] : 0
        let isNegative = first == UInt8(ascii: "-")
        let start = isNegative || first == UInt8(ascii: "+") ? 1 : 0
        guard start < text.count else { throw .notANumber }
        var value = 0
        for index in start..<text.count {
            guard text[index] &- 0x30 < 10 else { throw .notANumber }
            value = min(value * 10 + Int(text[index] - 0x30), exponentLimit)
        }
        return isNegative ? -value : value
    }
}
