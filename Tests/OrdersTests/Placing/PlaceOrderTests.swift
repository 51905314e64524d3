import Testing

@testable import Orders
import Text

/// What is valid and what is said about the rest.
struct PlaceOrderTests {
    private let item = #"{"product_id":"p","quantity":1,"unit_price":"1"}"#

    @Test func `a valid order is read`() throws {
        let body = """
            {"customer_id":"c1","items":[
                {"product_id":"p1","quantity":2,"unit_price":"9.99"},
                {"product_id":"p2","quantity":1,"unit_price":0.125}
            ],"total_amount":"20.105"}
            """
        let order = try PlaceOrder.decode(Array(body.utf8))
        #expect(order.customerID == "c1")
        #expect(order.items == (try Samples.items()))
        #expect(order.totalAmount == (try Samples.money("20.105")))
    }

    @Test func `the order of the fields does not matter`() throws {
        let body = """
            {"total_amount":"20.105","items":[
                {"unit_price":"9.99","quantity":2,"product_id":"p1"},
                {"quantity":1,"product_id":"p2","unit_price":"0.125"}
            ],"customer_id":"c1"}
            """
        let order = try PlaceOrder.decode(Array(body.utf8))
        #expect(order.customerID == "c1")
        #expect(order.items == (try Samples.items()))
    }

    @Test func `the order of the fields does not matter for what is wrong`() {
        #expect(
            outcome(#"{"items":[],"customer_id":""}"#)
                == "invalid: /items must have at least 1 item; "
                + "/customer_id must have 1 to 64 characters, got 0"
        )
    }

    @Test func `the total is the sum of the items when none is sent`() throws {
        let order = try PlaceOrder.decode(Array(body(quantity: "3", price: "0.3333").utf8))
        #expect(order.totalAmount.description == "0.9999")
    }

    // MARK: Shape

    @Test(arguments: [
        ("{}", "/customer_id is missing; /items is missing"),
        (#"{"customer_id":"c"}"#, "/items is missing"),
        (
            #"{"customer_id":"c","items":[{}]}"#,
            "/items/0/product_id is missing; /items/0/quantity is missing; "
                + "/items/0/unit_price is missing"
        ),
        (#"{"Customer_Id":"c","ITEMS":[]}"#, "/customer_id is missing; /items is missing"),
        ("[]", " must be an object, got array"), ("null", " must be an object, got null"),
        ("1", " must be an object, got number"), ("\"x\"", " must be an object, got string"),
        ("true", " must be an object, got boolean"),
    ])
    func `what is missing is named`(_ body: String, _ expected: String) {
        #expect(outcome(body) == "wrong shape: " + expected)
    }

    @Test(arguments: [
        ("null", "null"), ("1", "number"), ("true", "boolean"), ("[]", "array"), ("{}", "object"),
    ])
    func `an id must be a string`(_ json: String, _ kind: String) {
        #expect(
            outcome(body(customer: json, product: json))
                == "wrong shape: /customer_id must be a string, got \(kind); "
                + "/items/0/product_id must be a string, got \(kind)"
        )
    }

    @Test(arguments: [
        ("null", "null"), ("\"2\"", "string"), ("false", "boolean"), ("[2]", "array"),
        ("{\"a\":2}", "object"),
    ])
    func `a quantity must be a number`(_ json: String, _ kind: String) {
        #expect(
            outcome(body(quantity: json))
                == "wrong shape: /items/0/quantity must be a number, got \(kind)"
        )
    }

    @Test(arguments: [
        ("null", "null"), ("true", "boolean"), ("[]", "array"), ("{}", "object"),
    ])
    func `an amount must be a string or a number`(_ json: String, _ kind: String) {
        let detail = "must be a string or a decimal number, got \(kind)"
        #expect(
            outcome(body(price: json, total: json))
                == "wrong shape: /items/0/unit_price \(detail); /total_amount \(detail)"
        )
    }

    @Test(arguments: [
        (#"{"customer_id":"c","items":null}"#, "/items must be an array, got null"),
        (#"{"customer_id":"c","items":{}}"#, "/items must be an array, got object"),
        (#"{"customer_id":"c","items":"x"}"#, "/items must be an array, got string"),
        (#"{"customer_id":"c","items":[1]}"#, "/items/0 must be an object, got number"),
        (
            #"{"customer_id":"c","items":[null,[]]}"#,
            "/items/0 must be an object, got null; /items/1 must be an object, got array"
        ),
    ])
    func `items must be an array of objects`(_ body: String, _ expected: String) {
        #expect(outcome(body) == "wrong shape: " + expected)
    }

    @Test(arguments: [
        (#"{"customer_id":"c","customer_id":"c","items":[ITEM]}"#, "/customer_id"),
        (#"{"customer_id":"c","items":[ITEM],"items":[ITEM]}"#, "/items"),
        (#"{"customer_id":"c","items":[ITEM],"total_amount":1,"total_amount":1}"#, "/total_amount"),
        (#"{"customer_id":"c","\u0063ustomer_id":"c","items":[ITEM]}"#, "/customer_id"),
        (
            #"{"customer_id":"c","items":[{"product_id":"p","product_id":"p","quantity":1,"unit_price":1}]}"#,
            "/items/0/product_id"
        ),
        (
            #"{"customer_id":"c","items":[{"product_id":"p","quantity":1,"quantity":1,"unit_price":1}]}"#,
            "/items/0/quantity"
        ),
        (
            #"{"customer_id":"c","items":[{"product_id":"p","quantity":1,"unit_price":1,"unit_price":1}]}"#,
            "/items/0/unit_price"
        ),
    ])
    func `a known field that is there twice is refused`(_ body: String, _ pointer: String) {
        let body = body.split(separator: "ITEM", omittingEmptySubsequences: false)
        #expect(outcome(body.joined(separator: item)) == "wrong shape: \(pointer) is there twice")
    }

    @Test func `each item has its own fields`() {
        #expect(outcome("{\"customer_id\":\"c\",\"items\":[\(item),\(item)]}") == "taken")
    }

    // MARK: Unknown fields

    @Test(arguments: [
        "null", "1", "\"x\"", "[1,[2,{}]]", #"{"customer_id":5,"customer_id":6}"#, "-1.5e-300",
    ])
    func `an unknown field is ignored, even twice`(_ json: String) {
        let extra = "\"note\":\(json),\"note\":\(json)"
        let item = #"{"product_id":"p","note":\#(json),"quantity":1,"unit_price":1}"#
        #expect(outcome("{\(extra),\"customer_id\":\"c\",\"items\":[\(item)],\(extra)}") == "taken")
    }

    @Test(arguments: ["", "x", "01", "[1,]", "{", "\"", "\"\\ud800\"", "nul", "{\"a\":}"])
    func `an unknown field must be JSON`(_ json: String) {
        #expect(outcome("{\"note\":\(json),\"customer_id\":\"c\"}") == "not JSON")
        #expect(outcome("{\"items\":[{\"note\":\(json)}]}") == "not JSON")
    }

    // MARK: Ids

    @Test(arguments: ["a", "é", "日", "😀", "e\u{301}", " ", "\"", "\u{2028}", "👩‍👩‍👧‍👧"])
    func `an id may hold any character that is no control character`(_ id: String) throws {
        var writer = JSONWriter(reservingBytes: 0)
        writer.string(id)
        let json = String(decoding: writer.bytes, as: UTF8.self)
        let order = try PlaceOrder.decode(Array(body(customer: json, product: json).utf8))
        #expect(order.customerID.utf8.elementsEqual(id.utf8))
        #expect(order.items.first?.productID.utf8.elementsEqual(id.utf8) == true)
    }

    @Test(arguments: ["a", "é", "😀", "\\u0041", "\\ud83d\\ude00"])
    func `an id has 1 to 64 characters`(_ character: String) {
        func id(_ count: Int) -> String { "\"\(String(repeating: character, count: count))\"" }
        #expect(outcome(body(customer: id(1), product: id(1))) == "taken")
        #expect(outcome(body(customer: id(64), product: id(64))) == "taken")
        for count in [0, 65, 5000] {
            let detail = "must have 1 to 64 characters, got \(count)"
            #expect(
                outcome(body(customer: id(count), product: id(count)))
                    == "invalid: /customer_id \(detail); /items/0/product_id \(detail)"
            )
        }
    }

    @Test(arguments: [
        "\\u0000", "a\\u0000b", "\\n", "\\t", "a\\r", "\\b", "\\u001f", "\u{7f}", "\\u007f",
        "\u{80}",
        "\\u0085", "\u{9f}x",
    ])
    func `control characters are refused, however they are written`(_ id: String) {
        let detail = "must not hold control characters"
        #expect(
            outcome(body(customer: "\"\(id)\"", product: "\"\(id)\""))
                == "invalid: /customer_id \(detail); /items/0/product_id \(detail)"
        )
    }

    @Test func `the first characters behind the control characters are fine`() {
        #expect(outcome(body(customer: "\" \"", product: "\"\u{a0}\"")) == "taken")
    }

    // MARK: Quantities

    @Test(arguments: ["1", "2", "9999", "10000"])
    func `a quantity may be 1 to 10,000`(_ quantity: String) throws {
        let order = try PlaceOrder.decode(Array(body(quantity: quantity).utf8))
        #expect(order.items.first?.quantity == Int(quantity))
    }

    @Test(arguments: [
        ("0", "0"), ("-0", "-0"), ("-1", "-1"), ("10001", "10001"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775809", "-9223372036854775809"),
        ("1" + String(repeating: "0", count: 1000), "1" + String(repeating: "0", count: 23)),
    ])
    func `another quantity is refused`(_ quantity: String, _ shown: String) {
        #expect(
            outcome(body(quantity: quantity))
                == "invalid: /items/0/quantity must be a whole number from 1 to 10000, got \(shown)"
        )
    }

    @Test(arguments: ["1.5", "1.0", "1e3", "1E3", "1e0", "-1.5", "0.1", "1e999999999", "100e-2"])
    func `a quantity has neither point nor exponent`(_ quantity: String) {
        #expect(
            outcome(body(quantity: quantity))
                == "invalid: /items/0/quantity must be a whole number from 1 to 10000, "
                + "written without point or exponent"
        )
    }

    // MARK: Amounts

    @Test(
        arguments: [
            ("0", "0.00"), ("-0", "0.00"), ("1", "1.00"), ("0.1", "0.10"), ("1e2", "100.00"),
            ("1E-4", "0.0001"), ("9.990000", "9.99"), ("123456789012.9999", "123456789012.9999"),
        ]
    )
    func `a price is read digit for digit, as string and as number`(
        _ price: String,
        _ expected: String
    ) throws {
        for price in [price, "\"\(price)\""] {
            let order = try PlaceOrder.decode(Array(body(quantity: "1", price: price).utf8))
            #expect(order.items.first?.unitPrice.description == expected)
        }
    }

    @Test(arguments: [
        ("-1", "must not be negative"), ("-0.0001", "must not be negative"),
        ("0.00001", "must have at most 4 decimals"), ("1e-5", "must have at most 4 decimals"),
        ("1000000000000", "must have at most 12 digits before the point"),
        ("1e999999999", "must have at most 12 digits before the point"),
    ])
    func `a bad amount is told apart, as string and as number`(_ amount: String, _ detail: String) {
        for amount in [amount, "\"\(amount)\""] {
            #expect(
                outcome(body(price: amount, total: amount))
                    == "invalid: /items/0/unit_price \(detail); /total_amount \(detail)"
            )
        }
    }

    @Test(arguments: ["", " ", "a", "9,99", "1 ", "01", "+1", ".5", "5.", "NaN", "9.99 EUR", "0x1"])
    func `a string that is no number is no amount`(_ amount: String) {
        let detail = "must be a decimal number such as \"9.99\""
        #expect(
            outcome(body(price: "\"\(amount)\"", total: "\"\(amount)\""))
                == "invalid: /items/0/unit_price \(detail); /total_amount \(detail)"
        )
    }

    @Test(arguments: ["\"19.98\"", "19.98", "19.9800", "\"19.980\"", "1998e-2", "\"1.998E1\""])
    func `a total that is the sum is taken`(_ total: String) {
        #expect(outcome(body(total: total)) == "taken")
    }

    @Test(arguments: [
        ("\"19.99\"", "19.99"), ("19.97", "19.97"), ("0", "0.00"), ("19.9801", "19.9801"),
    ])
    func `another total is refused`(_ total: String, _ shown: String) {
        #expect(
            outcome(body(total: total))
                == "invalid: /total_amount must be the sum of the items, 19.98, got \(shown)"
        )
    }

    @Test func `a total of broken items is not judged`() {
        #expect(
            outcome(body(quantity: "0", total: "5"))
                == "invalid: /items/0/quantity must be a whole number from 1 to 10000, got 0"
        )
    }

    @Test func `a sum beyond the largest amount is refused`() {
        let expected = "invalid: /items the order's total must be at most 999999999999.9999"
        let price = "\"999999999999.9999\""
        #expect(outcome(body(quantity: "1", price: price)) == "taken")
        #expect(outcome(body(quantity: "2", price: price)) == expected)
        #expect(outcome(body(quantity: "10000", price: price)) == expected)
        let item = #"{"product_id":"p","quantity":1,"unit_price":999999999999.9999}"#
        #expect(outcome("{\"customer_id\":\"c\",\"items\":[\(item),\(item)]}") == expected)
    }

    // MARK: Items

    @Test func `there are 1 to 100 items`() throws {
        func body(_ count: Int) -> String {
            let items = Array(repeating: item, count: count).joined(separator: ",")
            return "{\"customer_id\":\"c\",\"items\":[\(items)]}"
        }
        #expect(outcome(body(0)) == "invalid: /items must have at least 1 item")
        #expect(outcome(body(1)) == "taken")
        let order = try PlaceOrder.decode(Array(body(100).utf8))
        #expect(order.items.count == 100)
        #expect(order.totalAmount.description == "100.00")
        #expect(outcome(body(101)) == "invalid: /items must have at most 100 items, got 101")
        #expect(outcome(body(5000)) == "invalid: /items must have at most 100 items, got 5000")
    }

    @Test func `an item beyond the limit must be JSON all the same`() {
        let items = Array(repeating: item, count: 100).joined(separator: ",")
        #expect(outcome("{\"customer_id\":\"c\",\"items\":[\(items),{\"x\":01}]}") == "not JSON")
    }

    // MARK: All at once

    @Test func `every violation is told at once`() {
        let body = """
            {"customer_id":"","items":[
                {"product_id":"","quantity":0,"unit_price":"-1"},
                {"product_id":"p","quantity":1,"unit_price":"1"},
                {"quantity":1.5,"unit_price":"x"},
                7
            ],"total_amount":"0.00001"}
            """
        #expect(
            outcome(body) == "wrong shape: "
                + [
                    "/customer_id must have 1 to 64 characters, got 0",
                    "/items/0/product_id must have 1 to 64 characters, got 0",
                    "/items/0/quantity must be a whole number from 1 to 10000, got 0",
                    "/items/0/unit_price must not be negative",
                    "/items/2/quantity must be a whole number from 1 to 10000, "
                        + "written without point or exponent",
                    "/items/2/unit_price must be a decimal number such as \"9.99\"",
                    "/items/2/product_id is missing",
                    "/items/3 must be an object, got number",
                    "/total_amount must have at most 4 decimals",
                ].joined(separator: "; ")
        )
    }

    @Test func `no more than 100 violations are told, and the shape counts beyond them`() throws {
        let broken = #"{"product_id":"","quantity":0,"unit_price":"-1"}"#
        let items = Array(repeating: broken, count: 100).joined(separator: ",")
        let invalid = #expect(throws: OrderRejection.self) {
            try PlaceOrder.decode(Array("{\"customer_id\":\"\",\"items\":[\(items)]}".utf8))
        }
        guard case .invalid(let violations) = invalid else {
            Issue.record("it should be invalid")
            return
        }
        #expect(violations.count == 100)
        let wrong = #expect(throws: OrderRejection.self) {
            try PlaceOrder.decode(Array("{\"items\":[\(items)]}".utf8))
        }
        guard case .wrongShape(let violations) = wrong else {
            Issue.record("it should be of the wrong shape")
            return
        }
        #expect(violations.count == 100)
    }

    @Test func `too many items are told even if each of them is wrong`() {
        let broken = #"{"product_id":"","quantity":0,"unit_price":"-1"}"#
        let items = Array(repeating: broken, count: 101).joined(separator: ",")
        let error = #expect(throws: OrderRejection.self) {
            try PlaceOrder.decode(Array("{\"customer_id\":\"\",\"items\":[\(items)]}".utf8))
        }
        guard case .invalid(let violations) = error else {
            Issue.record("it should be invalid")
            return
        }
        #expect(violations.count == 100)
        #expect(violations[0].pointer == "/customer_id")
        #expect(violations[1] == Violation("must have at most 100 items, got 101", at: "/items"))
    }

    @Test func `limits can be others`() throws {
        var limits = OrderLimits()
        limits.idCharacters = 2
        limits.items = 1
        limits.quantity = 3
        limits.violations = 2
        let taken = body(customer: "\"cc\"", quantity: "3")
        #expect(try PlaceOrder.decode(Array(taken.utf8), limits: limits).items.count == 1)
        let refused = body(customer: "\"ccc\"", product: "\"ppp\"", quantity: "4")
        let detail = "must have 1 to 2 characters, got 3"
        #expect(
            throws: OrderRejection.invalid([
                Violation(detail, at: "/customer_id"), Violation(detail, at: "/items/0/product_id"),
            ])
        ) {
            try PlaceOrder.decode(Array(refused.utf8), limits: limits)
        }
    }
}
