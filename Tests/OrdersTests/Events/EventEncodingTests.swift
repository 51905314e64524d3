import TestSupport
import Testing

@testable import Orders
import Text

/// The bytes of the contract.
struct EventEncodingTests {
    private static let head =
        #"{"event_id":"0192f5c3-7b1b-7000-8000-000000000001","event_type":""#
    private static let middle =
        #"","event_version":"1.0","timestamp":"2026-11-23T12:36:09.123Z","#
        + #""correlation_id":"corr-1","source_service":"order-gateway","#
        + #""trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","#
        + #""data":{"order_id":"0192f5c3-7b1a-7c3d-8e4f-001122334455""#

    static let golden: [(EventType, String)] = [
        (
            .orderCreated,
            head + "OrderCreated" + middle
                + #","customer_id":"c1","items":["#
                + #"{"product_id":"p1","quantity":2,"unit_price":"9.99"},"#
                + #"{"product_id":"p2","quantity":1,"unit_price":"0.125"}],"#
                + #""total_amount":"20.105","status":"pending"}}"#
        ),
        (
            .orderCancelled,
            head + "OrderCancelled" + middle
                + #","reason":"insufficient_stock","#
                + #""caused_by":"0192f5c3-7b1c-7000-8000-000000000002"}}"#
        ),
        (.inventoryReserved, head + "InventoryReserved" + middle + "}}"),
        (
            .inventoryReservationFailed,
            head + "InventoryReservationFailed" + middle
                + #","reason":"insufficient_stock","product_id":"p1"}}"#
        ),
    ]

    @Test(arguments: golden)
    func `every event has the bytes of the contract`(_ type: EventType, _ json: String) throws {
        #expect(Samples.json(try Samples.event(type)) == json)
        #expect(
            try EventRegistry.standard.decode(Array(json.utf8)) == .event(try Samples.event(type))
        )
    }

    @Test func `there is a golden event of every type`() {
        #expect(Self.golden.map(\.0) == EventType.allCases)
    }

    @Test func `a product that is not known is left out`() throws {
        let failed = InventoryReservationFailed(
            orderID: Samples.orderID,
            reason: "closed",
            productID: nil
        )
        let event = Event(
            envelope: try Samples.envelope(),
            payload: .inventoryReservationFailed(failed)
        )
        #expect(Samples.json(event).hasSuffix(#""reason":"closed"}}"#))
        #expect(try EventRegistry.standard.decode(Samples.bytes(event)) == .event(event))
    }

    @Test func `every event is read as it was written`() throws {
        try withSeededGenerator { generator in
            for _ in 0..<1000 {
                let event = try generator.event()
                let bytes = Samples.bytes(event)
                #expect(JSONReader.isValid(bytes))
                #expect(try EventRegistry.standard.decode(bytes) == .event(event))
            }
        }
    }

    @Test func `the largest order's event is well below the limit`() throws {
        let id = String(repeating: "\\u0022", count: 64)
        let item = "{\"product_id\":\"\(id)\",\"quantity\":1,\"unit_price\":\"1.2345\"}"
        let items = Array(repeating: item, count: 100).joined(separator: ",")
        let body = "{\"customer_id\":\"\(id)\",\"items\":[\(items)]}"
        let order = try PlaceOrder.decode(Array(body.utf8))
        let created = OrderCreated(
            orderID: Samples.orderID,
            customerID: order.customerID,
            items: order.items,
            totalAmount: order.totalAmount,
            currency: .usd
        )
        let event = Event(envelope: try Samples.envelope(), payload: .orderCreated(created))
        let bytes = Samples.bytes(event)
        #expect(bytes.count < Event.Limits.bytes / 8)
        #expect(try EventRegistry.standard.decode(bytes) == .event(event))
    }
}
