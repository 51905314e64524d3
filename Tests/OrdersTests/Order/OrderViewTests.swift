import TestSupport
import Testing

@testable import Orders
import Text

struct OrderViewTests {
    private static let head =
        #"{"order_id":"0192f5c3-7b1a-7c3d-8e4f-001122334455","customer_id":"c1","items":["#
        + #"{"product_id":"p1","quantity":2,"unit_price":"9.99"},"#
        + #"{"product_id":"p2","quantity":1,"unit_price":"0.125"}],"#
        + #""total_amount":"20.105","currency":"USD","status":"#
    private static let tail =
        #""correlation_id":"corr-1","trace_id":"0af7651916cd43dd8448eb211c80319c"}"#
    private static let createdAt = #","created_at":"2026-11-23T12:36:09.123Z","updated_at":"#

    @Test(
        arguments: [
            (
                [], "\"pending\"" + createdAt + "\"2026-11-23T12:36:09.123Z\",",
                "\"8542a73144021899\""
            ),
            (
                [.inventoryReserved],
                "\"confirmed\"" + createdAt + "\"2026-11-23T12:36:10.123Z\",",
                "\"f33a5ade39e77ad5\""
            ),
            (
                [.inventoryReservationFailed],
                "\"pending\",\"reason\":\"insufficient_stock\"" + createdAt
                    + "\"2026-11-23T12:36:10.123Z\",", "\"36aaeb17a25be3a7\""
            ),
            (
                [.inventoryReservationFailed, .orderCancelled],
                "\"cancelled\",\"reason\":\"insufficient_stock\"" + createdAt
                    + "\"2026-11-23T12:36:11.123Z\",", "\"b584e11e4bd27736\""
            ),
        ] as [([EventType], String, String)]
    )
    func `a view has these bytes and this tag, on every replica and after every restart`(
        _ types: [EventType],
        _ middle: String,
        _ etag: String
    ) throws {
        let view = try #require(OrderView(try order(types)))
        #expect(String(decoding: view.json, as: UTF8.self) == Self.head + middle + Self.tail)
        #expect(view.etag == etag)
        #expect(JSONReader.isValid(view.json))
    }

    @Test func `there is no view before the creation`() throws {
        #expect(OrderView(Order(id: Samples.orderID)) == nil)
        let reserved = Order.folding(nil, try Samples.event(.inventoryReserved))
        #expect(OrderView(reserved) == nil)
    }

    @Test func `the same order has the same view, another one another tag`() throws {
        let orders = try [
            [], [.inventoryReserved], [.inventoryReservationFailed], [.orderCancelled],
        ].map(order)
        let views = orders.compactMap(OrderView.init)
        #expect(views == orders.compactMap(OrderView.init))
        #expect(Set(views.map(\.etag)).count == 4)
    }

    @Test func `the tag changes with every content`() throws {
        try withSeededGenerator { generator in
            var contents: [[UInt8]: String] = [:]
            for _ in 0..<500 {
                let event = Event(
                    envelope: try generator.envelope(),
                    payload: try generator.payload(.orderCreated, of: generator.uuid())
                )
                let view = try #require(OrderView(Order.folding(nil, event)))
                #expect(JSONReader.isValid(view.json))
                contents[view.json] = view.etag
            }
            #expect(Set(contents.values).count == contents.count)
        }
    }

    @Test func `a tag is a strong entity tag`() throws {
        let etag = try #require(OrderView(try order([]))).etag
        #expect(etag.utf8.count == 18)
        #expect(etag.hasPrefix("\"") && etag.hasSuffix("\""))
        #expect(etag.utf8.dropFirst().dropLast().allSatisfy { HexDigits.value($0) != nil })
    }

    /// The order after its creation and these events, a second apart.
    private func order(_ types: [EventType]) throws -> Order {
        var order = Order.folding(nil, try Samples.event(.orderCreated))
        for (index, type) in types.enumerated() {
            let milliseconds = Samples.time.millisecondsSinceEpoch + Int64(index + 1) * 1000
            let time = Timestamp(millisecondsSinceEpoch: milliseconds)
            order = Order.folding(order, try Samples.event(type, at: time))
        }
        return order
    }
}
