/// Why a text is no amount of money.
package enum MoneyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It does not follow JSON's grammar for numbers.
    case notANumber
    /// More than ``Money/Limits/integerDigits`` digits before the point.
    case tooLarge
    /// More than ``Money/Limits/decimals`` decimals that are not zero.
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
    /// Reads a number by JSON's grammar (RFC 8259 §6), digit for digit: never through a binary
    /// fraction.
    ///
    /// An exponent is taken at its word: `1e2` is 100.
    ///
    /// - Throws: ``MoneyError``
    package init(_ text: some Collection<UInt8>) throws(MoneyError) {
        let digits = try DecimalDigits(text)
        guard digits.mantissa != 0 else {
            self = .zero
            return
        }
        guard digits.firstExponent < Limits.integerDigits else { throw .tooLarge }
        guard digits.lastExponent >= -Limits.decimals else { throw .tooPrecise }
        // Between these exponents there are at most 16 digits, so nothing here overflows.
        var value = digits.mantissa
        for _ in 0..<(digits.lastExponent + Limits.decimals) { value *= 10 }
        guard let money = Money(tenThousandths: digits.isNegative ? -value : value) else {
            throw .tooLarge
        }
        self = money
    }
}

/// A decimal number as its significant digits and where they stand.
private struct DecimalDigits {
    /// More significant digits than any amount may have are not multiplied out.
    private static let most = Money.Limits.integerDigits + Money.Limits.decimals
    /// Exponents are read up to here: more than any text has digits to make up for, so that beyond
    /// every amount is too large or too precise, and far from an overflow.
    private static let exponentLimit = 1 << 40

    private(set) var mantissa: Int64 = 0
    private(set) var isNegative = false
    /// The power of ten of the first and of the last digit that is not zero.
    private(set) var firstExponent = 0
    private(set) var lastExponent = 0

    private var count = 0
    private var zeros = 0

    init(_ text: some Collection<UInt8>) throws(MoneyError) {
        var rest = text[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }

        let startsWithZero = rest.first == UInt8(ascii: "0")
        var place = 0
        while let digit = rest.first, (0x30...0x39).contains(digit) {
            take(digit - 0x30, at: place)
            place += 1
            rest = rest.dropFirst()
        }
        let integerDigits = place
        guard integerDigits == 1 || integerDigits > 1 && !startsWithZero else { throw .notANumber }

        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            while let digit = rest.first, (0x30...0x39).contains(digit) {
                take(digit - 0x30, at: place)
                place += 1
                rest = rest.dropFirst()
            }
            guard place > integerDigits else { throw .notANumber }
        }
        var exponent = 0
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            exponent = try Self.exponent(rest)
            rest = rest.dropFirst(rest.count)
        }
        guard rest.isEmpty else { throw .notANumber }
        firstExponent = integerDigits - 1 - firstExponent + exponent
        lastExponent = integerDigits - 1 - lastExponent + exponent
    }

    /// Notes a digit by its place from the left; the exponents are places until all are read.
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

    private static func exponent(_ text: some Collection<UInt8>) throws(MoneyError) -> Int {
        var rest = text[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard !rest.isEmpty else { throw .notANumber }
        var value = 0
        for digit in rest {
            guard (0x30...0x39).contains(digit) else { throw .notANumber }
            value = min(value * 10 + Int(digit - 0x30), exponentLimit)
        }
        return isNegative ? -value : value
    }
}
