import TestSupport
import Testing

/// Events as the platform's Python services write them, with `json.dumps`, `uuid4`,
/// `datetime.utcnow().isoformat()` and `Decimal` as text, read from the broker.
struct ForeignEventTests {
    private static let orderID = "c3d1a2f4-0b7e-4a51-9a2c-6d5e4f3b2a10"

    private func created(_ eventID: String, order id: String) -> String {
        """
        {"event_id": "\(eventID)", "event_type": "OrderCreated", "event_version": 1.0, \
        "timestamp": "2026-11-23T12:00:00.123456", "correlation_id": null, "trace_id": null, \
        "data": {"order_id": "\(id)", "customer_id": "c-\\u00e9", "items": [{"product_id": "p-1", \
        "quantity": 2, "unit_price": "9.990"}], "total_amount": "19.980"}}
        """
    }

    @Test func `an order of another service is read, answered by inventory, and confirmed`()
        async throws
    {
        try await withDev { gateway in
            let eventID = "8f14e45f-ceea-467f-a9f2-1d3c5b7a9e01"
            try await gateway.kcat.produce(
                created(eventID, order: Self.orderID.uppercased()),
                to: "order-events",
                key: Self.orderID
            )
            let view = try await gateway.view(of: Self.orderID) { $0["status"] == "confirmed" }.json
            #expect(view["order_id"].string == Self.orderID)
            #expect(view["customer_id"] == "c-é")
            #expect(view["total_amount"] == "19.98")
            #expect(view["created_at"] == "2026-11-23T12:00:00.123Z")
            #expect(view["correlation_id"].string == eventID)
            #expect(view["trace_id"].string == eventID.replacing("-", with: ""))
        }
    }

    @Test func `a failure without a reason cancels the order`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            let id = try await gateway.place()
            let failure = """
                {"event_id": "8f14e45f-ceea-467f-a9f2-1d3c5b7a9e02", \
                "event_type": "InventoryReservationFailed", \
                "timestamp": "2026-11-23 12:00:00", \
                "data": {"order_id": "\(id.replacing("-", with: ""))", "reason": null}}
                """
            try await gateway.kcat.produce(failure, to: "inventory-events", key: id)
            let view = try await gateway.view(of: id) { $0["status"] == "cancelled" }.json
            #expect(view["reason"] == "unspecified")
        }
    }

    @Test func `what has no meaning ends in the dead letters with a pointer to the field`()
        async throws
    {
        try await withDev { gateway in
            let nobody = created("8f14e45f-ceea-467f-a9f2-1d3c5b7a9e03", order: Self.orderID)
                .replacing(#""customer_id": "c-\u00e9", "#, with: "")
            try await gateway.kcat.produce(nobody, to: "order-events", key: Self.orderID)
            try await eventually("a dead letter") {
                try await !gateway.kcat.records(in: "dead-letter-queue").isEmpty
            }
            let letters = try await gateway.kcat.records(in: "dead-letter-queue")
            let letter = try JSONValue(parsing: Array((letters[0].payload ?? "").utf8))
            #expect(letter["error"] == "/data/customer_id is missing")
        }
    }
}
