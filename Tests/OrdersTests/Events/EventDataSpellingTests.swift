import TestSupport
import Testing

@testable import Orders
import Text

/// How other services write the data of events, and what it becomes.
struct EventDataSpellingTests {
    private func event(_ json: EventJSON) throws -> Event { try Samples.decoded(json.bytes) }

    private func created(_ json: EventJSON) throws -> OrderCreated {
        guard case .orderCreated(let data) = try event(json).payload else {
            throw Samples.NoEvent()
        }
        return data
    }

    @Test(arguments: [nil, "null", "\"\""] as [String?])
    func `a failure or a cancellation may come without a reason`(_ json: String?) throws {
        let failed = try event(
            EventJSON(.inventoryReservationFailed).with("/data/reason", json)
                .with("/data/product_id", json)
        )
        let failure = InventoryReservationFailed(
            orderID: Samples.orderID,
            reason: "unspecified",
            productID: nil
        )
        #expect(failed.payload == .inventoryReservationFailed(failure))
        let cancelled = try event(
            EventJSON(.orderCancelled).with("/data/reason", json).with("/data/caused_by", json)
        )
        let cancellation = OrderCancelled(
            orderID: Samples.orderID,
            reason: "unspecified",
            causedBy: Samples.eventID
        )
        #expect(cancelled.payload == .orderCancelled(cancellation))
    }

    @Test func `a cancellation without a cause names its own id, wherever that stands`() throws {
        let data = #"{"order_id":"0192f5c3-7b1a-7c3d-8e4f-001122334455","reason":"late"}"#
        let rest =
            #""event_type":"OrderCancelled","event_version":"1.0","#
            + #""timestamp":"2026-11-23T12:36:09.123Z""#
        let first = #""event_id":"0192f5c3-7b1c-7000-8000-000000000002""#
        let second = #""event_id":"0192f5c3-7b1b-7000-8000-000000000001""#
        for text in [
            #"{\#(rest),"data":\#(data),\#(second)}"#,
            #"{\#(first),\#(rest),"data":\#(data),\#(second)}"#,
            #"{\#(first),"data":\#(data),\#(second),\#(rest)}"#,
        ] {
            let event = try Samples.decoded(Array(text.utf8))
            #expect(event.envelope.eventID == Samples.eventID)
            guard case .orderCancelled(let cancelled) = event.payload else {
                Issue.record("\(text) should be a cancellation")
                continue
            }
            #expect(cancelled.causedBy == Samples.eventID)
        }
    }

    @Test(
        arguments: [
            (nil, "20.105"), ("null", "20.105"), ("\"10.00\"", "10.00"), ("\"1E+1\"", "10.00"),
            ("\"1e1\"", "10.00"), ("\"0E-2\"", "0.00"), ("\"-0\"", "0.00"), ("0", "0.00"),
            ("\"20.105000000000\"", "20.105"), ("20.105", "20.105"), ("2.0105e1", "20.105"),
            ("2E1", "20.00"), ("\"0E+3\"", "0.00"), ("\"1E-4\"", "0.0001"),
            ("\"999999999999.9999\"", "999999999999.9999"),
        ] as [(String?, String)]
    )
    func `an amount is read exactly, and is the items' sum when it is left out`(
        _ json: String?,
        _ expected: String
    ) throws {
        let data = try created(EventJSON().with("/data/total_amount", json))
        #expect(data.totalAmount.description == expected)
    }

    @Test func `an order without items and amount costs nothing`() throws {
        let data = try created(
            EventJSON().with("/data/total_amount", nil).with("/data/items", "[]")
        )
        #expect(data.totalAmount == .zero)
    }

    @Test(
        arguments: [
            ("2", 2), ("2.0", 2), ("2.000000", 2), ("2e0", 2), ("1e3", 1000), ("1000e-3", 1),
            ("2147483647.0", 2_147_483_647),
        ] as [(String, Int)]
    )
    func `a quantity is a whole number, however it is written`(
        _ json: String,
        _ expected: Int
    ) throws {
        let items = "[{\"product_id\":\"p\",\"quantity\":\(json),\"unit_price\":\"1\"}]"
        let data = try created(EventJSON().with("/data/items", items))
        #expect(data.items.map(\.quantity) == [expected])
    }

    @Test(arguments: EventType.allCases)
    func `null where nothing is expected is passed over`(_ type: EventType) throws {
        var json = EventJSON(type).with("/tenant", "null").with("/data/note", "null")
        let known = Set(json.data.map(\.name))
        for name in ["reason", "product_id", "caused_by", "customer_id", "items", "currency"]
        where !known.contains(name) {
            json = json.with("/data/\(name)", "null")
        }
        #expect(try event(json) == Samples.event(type))
    }

    // MARK: Python

    /// `json.dumps` of what a plain service makes: `utcnow().isoformat()`, `uuid4().hex`, `Decimal` as
    /// text, a quantity out of a spreadsheet, `None`.
    private static let created = #"""
        {"event_id": "0192f5c3-7b1b-7000-8000-000000000001", "event_type": "OrderCreated", \#
        "timestamp": "2026-11-23T12:36:09.123456", "trace_id": null, \#
        "data": {"order_id": "0192f5c37b1a7c3d8e4f001122334455", "customer_id": "Jos\u00e9", \#
        "items": [{"product_id": "p1", "quantity": 2.0, "unit_price": "9.990"}, \#
        {"product_id": "\ud83d\ude00", "quantity": 1, "unit_price": 0.125}], \#
        "total_amount": null, "status": null, "note": null}}
        """#

    /// The same with `indent=2` and `str(utcnow())`, of a service that knows even less.
    private static let failed = """
        {
          "event_id": "urn:uuid:0192f5c3-7b1b-7000-8000-000000000001",
          "event_type": "InventoryReservationFailed",
          "event_version": 1,
          "timestamp": "2026-11-23 12:36:09.123456",
          "correlation_id": null,
          "source_service": null,
          "span_id": "",
          "data": {
            "order_id": "0192F5C3-7B1A-7C3D-8E4F-001122334455",
            "reason": null,
            "product_id": null
          }
        }
        """

    @Test func `an order that a plain Python service writes has its view`() throws {
        let event = try Samples.decoded(Array(Self.created.utf8))
        let view = try #require(OrderView(Order.folding(nil, event)))
        let expected =
            #"{"order_id":"0192f5c3-7b1a-7c3d-8e4f-001122334455","customer_id":"José","items":["#
            + #"{"product_id":"p1","quantity":2,"unit_price":"9.99"},"#
            + #"{"product_id":"😀","quantity":1,"unit_price":"0.125"}],"#
            + #""total_amount":"20.105","currency":"USD","status":"pending","#
            + #""created_at":"2026-11-23T12:36:09.123Z","updated_at":"2026-11-23T12:36:09.123Z","#
            + #""correlation_id":"0192f5c3-7b1b-7000-8000-000000000001","#
            + #""trace_id":"0192f5c37b1b70008000000000000001"}"#
        #expect(String(decoding: view.json, as: UTF8.self) == expected)
    }

    @Test func `a failure that a plain Python service writes is one`() throws {
        let event = try Samples.decoded(Array(Self.failed.utf8))
        #expect(event.envelope.eventID == Samples.eventID)
        #expect(event.envelope.timestamp == Samples.time)
        #expect(event.envelope.version == .v1_0)
        #expect(event.envelope.sourceService == "unknown")
        let failure = InventoryReservationFailed(
            orderID: Samples.orderID,
            reason: "unspecified",
            productID: nil
        )
        #expect(event.payload == .inventoryReservationFailed(failure))
    }
}
