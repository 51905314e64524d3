import TestSupport
import Testing

@testable import Orders

/// Records that are events.
struct EventDecodingTests {
    @Test(arguments: EventType.allCases)
    func `an event is read`(_ type: EventType) throws {
        #expect(
            try EventRegistry.standard.decode(EventJSON(type).bytes)
                == .event(try Samples.event(type))
        )
    }

    @Test(arguments: EventType.allCases)
    func `neither the order of the members nor unknown ones matter`(_ type: EventType) throws {
        try withSeededGenerator { generator in
            let expected = DecodedEvent.event(try Samples.event(type))
            for _ in 0..<200 {
                let bytes = EventJSON(type).shuffled(using: &generator)
                #expect(try EventRegistry.standard.decode(bytes) == expected)
            }
        }
    }

    @Test func `amounts may be numbers`() throws {
        let json = EventJSON().with("/data/total_amount", "20.105")
        #expect(
            try EventRegistry.standard.decode(json.bytes)
                == .event(try Samples.event(.orderCreated))
        )
    }

    @Test func `a timestamp may have an offset`() throws {
        let json = EventJSON().with("/timestamp", "\"2026-11-23T13:36:09.123456+01:00\"")
        #expect(
            try EventRegistry.standard.decode(json.bytes)
                == .event(try Samples.event(.orderCreated))
        )
    }

    @Test func `an id may be in upper case`() throws {
        let json = EventJSON().with("/event_id", "\"0192F5C3-7B1B-7000-8000-000000000001\"")
        #expect(
            try EventRegistry.standard.decode(json.bytes)
                == .event(try Samples.event(.orderCreated))
        )
    }

    @Test(arguments: ["OrderShipped", "ordercreated", "OrderCreated ", "é", "InventoryReserved2"])
    func `an unknown type is told by its name`(_ type: String) throws {
        let json = EventJSON().with("/event_type", "\"\(type)\"")
        #expect(try EventRegistry.standard.decode(json.bytes) == .unknownType(type))
    }

    @Test(arguments: [
        "{\"event_type\":\"OrderShipped\"}",
        "{\"event_type\":\"OrderShipped\",\"event_version\":\"9.0\"}",
        "{\"event_id\":5,\"trace_id\":null,\"event_type\":\"OrderShipped\",\"timestamp\":[]}",
        "{\"data\":\"text\",\"event_type\":\"OrderShipped\",\"event_version\":2}",
        "{\"data\":{\"order_id\":1},\"correlation_id\":\"\",\"event_type\":\"OrderShipped\"}",
    ])
    func `an unknown type is no error, whatever else is missing or wrong`(_ json: String) throws {
        #expect(try EventRegistry.standard.decode(Array(json.utf8)) == .unknownType("OrderShipped"))
    }

    @Test(arguments: EventType.allCases, ["1.1", "3.0", "3", "01.0", "01", "+1", " 1.0", "x"])
    func `an unknown version of a known type is an error`(_ type: EventType, _ version: String) {
        let json = EventJSON(type).with("/event_version", "\"\(version)\"").with("/data", "{}")
        #expect(throws: EventError.unknownVersion(type: type, version: version)) {
            try EventRegistry.standard.decode(json.bytes)
        }
    }

    @Test(arguments: [1, 1024])
    func `texts may have 1 to 1,024 bytes`(_ count: Int) throws {
        let text = "\"\(String(repeating: "x", count: count))\""
        let pointers = [
            "/correlation_id", "/source_service", "/data/customer_id",
        ]
        for pointer in pointers {
            guard
                case .event = try EventRegistry.standard.decode(
                    EventJSON().with(pointer, text).bytes
                )
            else {
                Issue.record("\(pointer) should be fine")
                continue
            }
        }
    }

    @Test func `a foreign order may have none or 1,000 items, but no more`() throws {
        let item = #"{"product_id":"p","quantity":2147483647,"unit_price":"1"}"#
        func json(_ count: Int) -> EventJSON {
            let items = Array(repeating: item, count: count).joined(separator: ",")
            return EventJSON().with("/data/items", "[\(items)]")
        }
        for count in [0, 1, 1000] {
            guard case .event(let event) = try EventRegistry.standard.decode(json(count).bytes),
                case .orderCreated(let data) = event.payload
            else {
                Issue.record("\(count) items should be fine")
                continue
            }
            #expect(data.items.count == count)
        }
        #expect(
            throws: EventError.invalid(
                pointer: "/data/items",
                reason: "must have at most 1000 items"
            )
        ) {
            try EventRegistry.standard.decode(json(1001).bytes)
        }
    }

    @Test func `a product may be unknown`() throws {
        let json = EventJSON(.inventoryReservationFailed).with("/data/product_id", nil)
        guard case .event(let event) = try EventRegistry.standard.decode(json.bytes),
            case .inventoryReservationFailed(let data) = event.payload
        else {
            Issue.record("it should be an event")
            return
        }
        #expect(data.productID == nil)
    }
}
