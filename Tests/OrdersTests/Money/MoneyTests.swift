import TestSupport
import Testing

@testable import Orders
import Text

struct MoneyTests {
    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("0.0", 0), ("-0.0000", 0), ("0e5", 0), ("0.00000000", 0),
            ("0e999999999", 0), ("0e-999999999", 0), ("-0E+99999999999999999999", 0),
            ("1", 10_000), ("10", 100_000), ("0.1", 1000), ("0.10", 1000), ("0.0001", 1),
            ("9.99", 99_900), ("9.990000", 99_900), ("19.98", 199_800), ("-1", -10_000),
            ("-0.0001", -1), ("1.0000000000000000000000000", 10_000), ("100.0100", 1_000_100),
            ("1e2", 1_000_000), ("1E2", 1_000_000), ("1e+2", 1_000_000), ("1e0", 10_000),
            ("1E-4", 1), ("1.5e-3", 15), ("12345e-4", 12_345), ("0.00001e1", 1),
            ("10000e-8", 1), ("1e00000000000000000002", 1_000_000), ("0.001e3", 10_000),
            ("0.0000000000000000000000001e25", 10_000), ("1e11", 1_000_000_000_000_000),
            ("1000000000000e-1", 1_000_000_000_000_000),
            ("10000000000000000000000000000000e-31", 10_000),
            ("123456789012.9999", 1_234_567_890_129_999),
            ("999999999999.9999", 9_999_999_999_999_999),
            ("-999999999999.9999", -9_999_999_999_999_999),
            ("0.3", 3000), ("1.1", 11_000), ("2.675", 26_750), ("1.005", 10_050),
        ] as [(String, Int64)]
    )
    func `an amount is read digit for digit`(_ text: String, _ expected: Int64) throws {
        #expect(try Money(text.utf8).tenThousandths == expected)
    }

    @Test(arguments: [
        "", " ", "-", "+1", "+", ".", ".5", "5.", "-.5", "1.e2", "00", "01", "-01", "00.5", "1e",
        "1e+", "1e-", "1ee2", "1e2.5", "1e 2", "1e2 ", " 1", "1 ", "1,5", "1_000", "1.2.3", "--1",
        "1-", "0x10", "1a", "a", "NaN", "nan", "Infinity", "-Infinity", "inf", "null", "1e+-2",
        "\u{0}", "1\u{0}", "١", "1٫5", "１", "9.99 €", "\u{feff}1", "0e", "-e1", "e1", "1.-5",
    ])
    func `what is no JSON number is no amount`(_ text: String) {
        #expect(throws: MoneyError.notANumber) { try Money(text.utf8) }
    }

    @Test(arguments: [
        "1000000000000", "1e12", "-1e12", "1e999999999", "1e99999999999999999999999999",
        "123456789012345678901234567890", "1000000000000.00001", "0.1e13",
        "9999999999999999999999999999.9", "-1E+1000001",
    ])
    func `more than 12 digits before the point are too large`(_ text: String) {
        #expect(throws: MoneyError.tooLarge) { try Money(text.utf8) }
    }

    @Test(arguments: [
        "0.00001", "1.00001", "1e-5", "-1e-5", "1e-999999999", "1e-99999999999999999999999999",
        "9.99999", "0.123456789012345678901234567890", "999999999999.99999", "11e-5", "1.5e-4",
        "100000000000.000000000000000000000000000001",
    ])
    func `more than 4 decimals are too precise`(_ text: String) {
        #expect(throws: MoneyError.tooPrecise) { try Money(text.utf8) }
    }

    @Test func `an absurdly long number is refused in due time`() throws {
        let zeros = String(repeating: "0", count: 200_000)
        let nines = String(repeating: "9", count: 200_000)
        #expect(throws: MoneyError.tooLarge) { try Money(nines.utf8) }
        #expect(throws: MoneyError.tooLarge) { try Money(("1" + zeros).utf8) }
        #expect(throws: MoneyError.tooPrecise) { try Money(("0." + nines).utf8) }
        #expect(throws: MoneyError.tooPrecise) { try Money(("0." + zeros + "1").utf8) }
        #expect(throws: MoneyError.notANumber) { try Money((zeros + "1").utf8) }
        #expect(try Money(("1." + zeros).utf8).tenThousandths == 10_000)
        #expect(try Money(("0." + zeros + "1e200001").utf8).tenThousandths == 10_000)
    }

    @Test func `an exponent is taken at its word, however many places make up for it`() throws {
        let zeros = String(repeating: "0", count: 1_000_000)
        #expect(try Money(("0." + zeros + "1e1000003").utf8).tenThousandths == 1_000_000)
        #expect(try Money(("1" + zeros + "e-1000003").utf8).tenThousandths == 10)
        #expect(throws: MoneyError.tooLarge) { try Money(("0." + zeros + "1e1000013").utf8) }
        #expect(throws: MoneyError.tooPrecise) { try Money(("1" + zeros + "e-1000005").utf8) }
    }

    @Test(
        arguments: [
            (0, "0.00"), (1, "0.0001"), (10, "0.001"), (100, "0.01"), (1000, "0.10"),
            (1010, "0.101"), (1001, "0.1001"), (1250, "0.125"), (10_000, "1.00"), (-1, "-0.0001"),
            (199_800, "19.98"), (100_000, "10.00"), (-12_345_600, "-1234.56"),
            (9_999_999_999_999_999, "999999999999.9999"),
        ] as [(Int64, String)]
    )
    func `an amount is written with two decimals or as many as it needs`(
        _ tenThousandths: Int64,
        _ expected: String
    ) throws {
        #expect(try #require(Money(tenThousandths: tenThousandths)).description == expected)
    }

    @Test func `what is written is read as the same amount`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<2000 {
                let sign: Int64 = Bool.random(using: &generator) ? 1 : -1
                let number = generator.tenThousandths() * sign
                let money = try #require(Money(tenThousandths: number))
                #expect(try Money(money.description.utf8) == money)
                #expect(try Money("\(number)e-4".utf8) == money)
                #expect(try Money("\(number).0000000e-4".utf8) == money)
            }
        }
    }

    @Test func `there is a largest amount`() {
        #expect(Money.maximum.description == "999999999999.9999")
        #expect(Money(tenThousandths: 10_000_000_000_000_000) == nil)
        #expect(Money(tenThousandths: -10_000_000_000_000_000) == nil)
        #expect(Money(tenThousandths: .max) == nil)
        #expect(Money(tenThousandths: .min) == nil)
    }

    @Test(
        arguments: [
            ("9.99", 2, "19.98"), ("0.0001", 10_000, "1.00"), ("5", 0, "0.00"), ("0", .max, "0.00"),
            ("999999999999.9999", 1, "999999999999.9999"), ("999999999999.9999", 2, nil),
            ("500000000000", 2, nil), ("499999999999.9999", 2, "999999999999.9998"),
            ("0.0001", .max, nil), ("999999999999.9999", .max, nil), ("-1", .max, nil),
            ("1", .min, nil), ("9.99", -1, "-9.99"),
        ] as [(String, Int, String?)]
    )
    func `a product beyond the largest amount is none`(
        _ price: String,
        _ quantity: Int,
        _ expected: String?
    ) throws {
        #expect(try Money(price.utf8).multiplied(by: quantity)?.description == expected)
    }

    @Test(
        arguments: [
            ("0.1", "0.2", "0.30"), ("999999999999.9998", "0.0001", "999999999999.9999"),
            ("999999999999.9999", "0.0001", nil), ("999999999999.9999", "999999999999.9999", nil),
            ("-999999999999.9999", "-0.0001", nil), ("1", "-1", "0.00"),
        ] as [(String, String, String?)]
    )
    func `a sum beyond the largest amount is none`(
        _ left: String,
        _ right: String,
        _ expected: String?
    ) throws {
        #expect(try Money(left.utf8).adding(try Money(right.utf8))?.description == expected)
    }

    @Test func `amounts have an order`() throws {
        #expect(try Money("9.99".utf8) < Money("10".utf8))
        #expect(try Money("-1".utf8) < .zero)
        #expect(try Money("1.0".utf8) == Money("1".utf8))
    }

    @Test func `an error says what an amount must be`() {
        #expect("\(MoneyError.notANumber)" == "must be a decimal number such as \"9.99\"")
        #expect("\(MoneyError.tooLarge)" == "must have at most 12 digits before the point")
        #expect("\(MoneyError.tooPrecise)" == "must have at most 4 decimals")
    }
}
