internal import Text

/// An exact amount of money, without its currency.
package struct Money: Hashable, Comparable, Sendable, TextForm {
    package enum Limits {
        /// The most digits before the point.
        package static let integerDigits = 12
        /// The most digits after the point: enough for unit prices in fractions of a cent.
        package static let decimals = 4
    }

    /// The amount in units of 1/10,000.
    package let tenThousandths: Int64

    package static let zero = Money(unchecked: 0)
    static let one = Money(unchecked: 10_000)
    /// The largest amount: 999,999,999,999.9999.
    package static let maximum = Money(unchecked: 9_999_999_999_999_999)

    private init(unchecked tenThousandths: Int64) {
        self.tenThousandths = tenThousandths
    }

    /// - Returns: `nil` if the absolute amount is greater than ``maximum``.
    init?(tenThousandths: Int64) {
        guard tenThousandths.magnitude <= Self.maximum.tenThousandths.magnitude else { return nil }
        self.tenThousandths = tenThousandths
    }

    /// - Returns: `nil` if the absolute product is greater than ``maximum``.
    package func multiplied(by quantity: Int) -> Money? {
        let (product, overflow) = tenThousandths.multipliedReportingOverflow(by: Int64(quantity))
        return overflow ? nil : Money(tenThousandths: product)
    }

    /// - Returns: `nil` if the absolute sum is greater than ``maximum``.
    package func adding(_ other: Money) -> Money? {
        Money(tenThousandths: tenThousandths + other.tenThousandths)
    }

    package static func < (left: Money, right: Money) -> Bool {
        left.tenThousandths < right.tenThousandths
    }

    /// The length of the longest string: the sign, the digits and the point.
    package static let longestText = Limits.integerDigits + Limits.decimals + 2

    /// Appends the amount with at least two decimals, such as `19.98` or `0.125`.
    package func write(to output: inout OutputSpan<UInt8>) {
        if tenThousandths < 0 { output.append(UInt8(ascii: "-")) }
        let magnitude = tenThousandths.magnitude
        DecimalDigits.append(magnitude / 10_000, to: &output)
        output.append(UInt8(ascii: "."))
        let fraction = UInt32(magnitude % 10_000)
        DecimalDigits.append(pair: fraction / 100, to: &output)
        let rest = fraction % 100
        guard rest != 0 else { return }
        output.append(UInt8(ascii: "0") + UInt8(rest / 10))
        if rest % 10 != 0 { output.append(UInt8(ascii: "0") + UInt8(rest % 10)) }
    }
}
