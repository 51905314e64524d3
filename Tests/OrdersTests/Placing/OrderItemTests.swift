import TestSupport
import Testing

@testable import Orders
import Text

struct OrderItemTests {
    @Test func `items are written as events and views have them`() throws {
        let json = encoded(try Samples.items())
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"[{"product_id":"p1","quantity":2,"unit_price":"9.99"},"#
                + #"{"product_id":"p2","quantity":1,"unit_price":"0.125"}]"#
        )
        #expect(encoded([]) == Array("[]".utf8))
    }

    @Test func `what is written is read as the same items`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<300 {
                let items = try generator.items()
                #expect(try OrderItem.decode(encoded(items)) == items)
            }
        }
    }

    @Test(arguments: ["", "{}", "null", "[1]", "[{}]", "[] x", "[", "[{\"product_id\":\"p\"}]"])
    func `what is no list of items is refused`(_ json: String) {
        #expect(throws: EventError.self) { try OrderItem.decode(Array(json.utf8)) }
    }

    @Test func `the total is exact or none`() throws {
        #expect(OrderItem.total([]) == .zero)
        #expect(OrderItem.total(try Samples.items())?.description == "20.105")
        let largest = OrderItem(productID: "p", quantity: 1, unitPrice: .maximum)
        let smallest = OrderItem(productID: "p", quantity: 1, unitPrice: try Samples.money("1e-4"))
        #expect(OrderItem.total([largest]) == .maximum)
        #expect(OrderItem.total([largest, smallest]) == nil)
        let many = OrderItem(productID: "p", quantity: .max, unitPrice: .maximum)
        #expect(OrderItem.total([many]) == nil)
    }

    private func encoded(_ items: [OrderItem]) -> [UInt8] {
        var bytes: [UInt8] = []
        OrderItem.encode(items, into: &bytes)
        return bytes
    }
}
