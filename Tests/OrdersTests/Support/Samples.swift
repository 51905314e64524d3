import Testing

@testable import Orders
import Text

/// Values that many tests need.
enum Samples {
    static let orderID = UUID(high: 0x0192_f5c3_7b1a_7c3d, low: 0x8e4f_0011_2233_4455)
    static let eventID = UUID(high: 0x0192_f5c3_7b1b_7000, low: 0x8000_0000_0000_0001)
    static let causeID = UUID(high: 0x0192_f5c3_7b1c_7000, low: 0x8000_0000_0000_0002)
    /// The moment 2026-11-23T12:36:09.123Z.
    static let time = Timestamp(millisecondsSinceEpoch: 1_795_437_369_123)

    static func money(_ text: String) throws -> Money { try Money(text.utf8) }

    static func items() throws -> [OrderItem] {
        [
            OrderItem(productID: "p1", quantity: 2, unitPrice: try money("9.99")),
            OrderItem(productID: "p2", quantity: 1, unitPrice: try money("0.125")),
        ]
    }

    static func envelope(
        eventID: EventID = Samples.eventID,
        at time: Timestamp = Samples.time,
        version: EventVersion = .v1_0
    ) throws -> EventEnvelope {
        EventEnvelope(
            eventID: eventID,
            timestamp: time,
            correlationID: "corr-1",
            sourceService: "order-gateway",
            traceID: try #require(TraceID("0af7651916cd43dd8448eb211c80319c")),
            spanID: try #require(SpanID("b7ad6b7169203331")),
            version: version
        )
    }

    static func payload(_ type: EventType) throws -> EventPayload {
        switch type {
        case .orderCreated:
            .orderCreated(
                OrderCreated(
                    orderID: orderID,
                    customerID: "c1",
                    items: try items(),
                    totalAmount: try money("20.105"),
                    currency: .usd
                )
            )
        case .orderCancelled:
            .orderCancelled(
                OrderCancelled(orderID: orderID, reason: "insufficient_stock", causedBy: causeID)
            )
        case .inventoryReserved: .inventoryReserved(InventoryReserved(orderID: orderID))
        case .inventoryReservationFailed:
            .inventoryReservationFailed(
                InventoryReservationFailed(
                    orderID: orderID,
                    reason: "insufficient_stock",
                    productID: "p1"
                )
            )
        }
    }

    static func event(
        _ type: EventType,
        eventID: EventID = Samples.eventID,
        at time: Timestamp = Samples.time,
        version: EventVersion = .v1_0
    ) throws -> Event {
        Event(
            envelope: try envelope(eventID: eventID, at: time, version: version),
            payload: try payload(type)
        )
    }

    struct NoEvent: Error {}

    /// The event that a record's value is.
    ///
    /// - Throws: ``NoEvent`` when its type is unknown.
    static func decoded(_ bytes: [UInt8]) throws -> Event {
        guard case .event(let event) = try EventRegistry.standard.decode(bytes) else {
            throw NoEvent()
        }
        return event
    }

    static func json(_ event: Event) -> String { String(decoding: bytes(event), as: UTF8.self) }

    static func bytes(_ event: Event) -> [UInt8] { event.encoded() }
}
