import TestSupport
import Testing

@testable import Orders
import Text

/// Bodies of all kinds, and what the plain model of the decoder makes of them.
struct PlaceOrderModelTests {
    private enum Outcome: Equatable {
        case order(ModelDecoder.Order)
        case rejected(OrderRejection)
    }

    private static func expected(_ body: [UInt8]) -> Outcome {
        do throws(OrderRejection) {
            return .order(try ModelDecoder.decode(body))
        } catch {
            return .rejected(error)
        }
    }

    /// Checks the outcome, and the event of an accepted order.
    ///
    /// - Returns: Whether the order was accepted.
    private static func check(_ body: [UInt8]) throws -> Bool {
        let expected = expected(body)
        let shown = String(decoding: body, as: UTF8.self)
        do throws(OrderRejection) {
            let order = try PlaceOrder.decode(body)
            let read = ModelDecoder.Order(
                customerID: order.customerID,
                items: order.items,
                totalAmount: order.totalAmount
            )
            #expect(.order(read) == expected, "\(shown)")
            for version in EventVersion.allCases {
                let envelope = try? Samples.envelope(version: version)
                guard let envelope else { continue }
                let event = order.event(envelope, of: Samples.orderID, in: .usd)
                #expect(event == ModelEvent.json(read, envelope), "\(shown)")
            }
            return true
        } catch {
            #expect(.rejected(error) == expected, "\(shown)")
            return false
        }
    }

    private static let strings = [
        #""c1""#, #""""#, #"" ""#, #""customer-00-000000001""#, #""é""#, #""\u00e9""#, #""😀""#,
        #""\ud83d\ude00""#, #""\"""#, #""\\""#, #""\/""#, #""a\nb""#, #""\u0041""#, #""\u007f""#,
        "\"\u{7F}\"", "\"\u{85}\"", "\"a\u{0}b\"", #""\ud800""#, #""\x""#, "null", "7", "[]", "{}",
        "\"\(String(repeating: "x", count: 64))\"", "\"\(String(repeating: "x", count: 65))\"",
        "\"\(String(repeating: "é", count: 64))\"",
        "\"\(String(repeating: "\\u00e9", count: 65))\"",
        "\"\(String(repeating: "\\\"", count: 64))\"",
    ]
    private static let quantities = [
        "1", "2", "0", "10", "10000", "10001", "999999999", "1000000000", "01", "00", "-1", "-0",
        "+1", "1.0", "1e2", "1.", "1e", "", " 3 ", "\t4\n", "\"2\"", "null", "true", "[1]", "1x",
        "12345678901234567890123", "1 2",
    ]
    private static let amounts = [
        "\"9.99\"", "9.99", "0", "\"0\"", "0.125", "\"0.1250\"", "1e2", "\"1E-4\"", "1e-5", "00.5",
        "\"00.5\"", "\"01\"", "-1", "\"-0\"", "-0.0", "\"-1\"", "\".5\"", "\"5.\"", "5.", "\"\"",
        "\" 1\"", "\"1 \"", "123456789012", "1234567890123", "\"123456789012.3456\"",
        "\"999999999999.9999\"", "\"123456789012.34567\"", "0.12340", "\"0.00000\"",
        "\"1.5\\u0030\"",
        "\"1,5\"", "\"1e\"", "null", "true", "[]", "\"x\"",
    ]

    @Test func `every value is read as the model reads it`() throws {
        for string in Self.strings {
            _ = try Self.check(Array(body(customer: string).utf8))
            _ = try Self.check(Array(body(product: string, price: "1").utf8))
        }
        for quantity in Self.quantities {
            _ = try Self.check(Array(body(quantity: quantity).utf8))
        }
        for amount in Self.amounts {
            _ = try Self.check(Array(body(price: amount).utf8))
            _ = try Self.check(Array(body(total: amount).utf8))
        }
    }

    @Test func `what is written in any way is read as the model reads it`() throws {
        try withSeededGenerator { generator in
            var accepted = 0
            for _ in 0..<3000 {
                let body = generator.orderBody()
                if try Self.check(body) { accepted += 1 }
                _ = try Self.check(generator.mutated(body))
            }
            #expect(accepted > 300)
        }
    }
}

extension SeededGenerator {
    /// The body of an order, whose values are mostly allowed.
    fileprivate mutating func orderBody() -> [UInt8] {
        let strings = [
            #""c1""#, #""product-000001 é""#, #""a\"b""#, #""\u00e9\n""#, #""😀""#, #""""#,
        ]
        let quantities = ["1", "17", "10000", "10001", "1.0", "0"]
        let amounts = [
            "9.99", #""0.125""#, "1e2", #""12.5000""#, "999999999999", "-1", #""1.00001""#,
        ]
        let spaces = ["", "", " ", "\n\t"]
        func one(_ choices: [String], _ generator: inout SeededGenerator) -> String {
            // The first choices are allowed, and come more often.
            let most = Int.random(in: 0..<choices.count, using: &generator)
            return choices[Int.random(in: 0...most, using: &generator)]
        }
        var items: [String] = []
        for _ in 0..<Int.random(in: 0...6, using: &self) {
            let space = one(spaces, &self)
            var members = [
                "\"product_id\":\(space)\(one(strings, &self))",
                "\"quantity\"\(space):\(one(quantities, &self))\(space)",
                "\"unit_price\":\(space)\(one(amounts, &self))",
            ]
            if Int.random(in: 0..<8, using: &self) == 0 { members.append(#""note":{"a":[1]}"#) }
            if Int.random(in: 0..<8, using: &self) == 0 { members.append(#""currency":"USD""#) }
            members.shuffle(using: &self)
            items.append("{\(space)\(members.joined(separator: ",\(space)"))}")
        }
        let space = one(spaces, &self)
        var members = [
            "\"customer_id\":\(one(strings, &self))",
            "\"items\":\(space)[\(items.joined(separator: "\(space),"))]",
        ]
        if Int.random(in: 0..<8, using: &self) == 0 { members.append(#""total_amount":"9.99""#) }
        members.shuffle(using: &self)
        return Array("\(space){\(members.joined(separator: ","))}\(space)".utf8)
    }
}
