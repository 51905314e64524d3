import TestSupport
import Testing

@testable import Orders
import Text

/// Bodies that are no JSON, and bodies that an attacker would send.
struct PlaceOrderJSONTests {
    @Test(arguments: [
        "", " ", "{", "{\"", "{\"customer_id\"", "{\"customer_id\":", "{\"customer_id\":\"c",
        body() + "x", body() + "{}", body() + ",", "\u{feff}" + body(), "{'customer_id':'c'}",
        "{\"customer_id\":\"c\",}", "{customer_id:\"c\"}", body(customer: "\"\\ud800\""),
        body(customer: "\"\\udc00\\ud800\""), body(customer: "\"\n\""), body(customer: "\"\\x41\""),
        body(quantity: "01"), body(quantity: "-"), body(quantity: "+1"), body(quantity: "0x1"),
        body(quantity: "1."), body(quantity: "NaN"), body(quantity: ""), body(price: ".5"),
        body(price: "00.5"), body(price: "Infinity"), body(total: "1e"), body(total: "--1"),
        "// order\n" + body(), body() + "\u{0}",
    ])
    func `this is no JSON`(_ body: String) {
        #expect(outcome(body) == "not JSON")
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] as [[UInt8]]
    )
    func `invalid UTF-8 is no JSON`(_ bytes: [UInt8]) {
        let known = Array("{\"customer_id\":\"".utf8) + bytes + Array("\",\"items\":[]}".utf8)
        let unknown = Array("{\"note\":\"".utf8) + bytes + Array("\"}".utf8)
        let key = Array("{\"".utf8) + bytes + Array("\":1}".utf8)
        #expect(outcome(known) == "not JSON")
        #expect(outcome(unknown) == "not JSON")
        #expect(outcome(key) == "not JSON")
        #expect(outcome(bytes) == "not JSON")
    }

    @Test(arguments: ["[", "{\"a\":", "{\"items\":[", "[[[{\"items\":"])
    func `a bomb of depth is no JSON`(_ piece: String) {
        let bomb = String(repeating: piece, count: 100_000)
        #expect(outcome(bomb) == "not JSON")
        #expect(outcome("{\"customer_id\":\(bomb)") == "not JSON")
        #expect(outcome("{\"items\":\(bomb)") == "not JSON")
    }

    @Test func `the error says where`() {
        #expect(
            throws: OrderRejection.notJSON(
                JSONError(offset: 2, reason: "something follows the value")
            )
        ) {
            try PlaceOrder.decode(Array("{}x".utf8))
        }
    }

    @Test func `white space around is fine`() {
        #expect(outcome(" \r\n\t" + body() + " \r\n\t") == "taken")
    }

    @Test func `a body is no JSON exactly when the reader says so, whatever happens to it`() throws
    {
        try withSeededGenerator { generator in
            let sound = Array(body(customer: "\"é\\u00e9😀\"", total: "19.98").utf8)
            for _ in 0..<5000 {
                let broken = generator.mutated(sound)
                let isJSON = JSONReader.isValid(broken)
                let shown = String(decoding: broken, as: UTF8.self)
                #expect((outcome(broken) != "not JSON") == isJSON, "\(shown)")
            }
        }
    }

    @Test func `no beginning of an order is an order`() {
        let bytes = Array(body(total: "19.98").utf8)
        for end in bytes.indices { #expect(outcome(Array(bytes[..<end])) == "not JSON") }
    }
}
