import TestSupport
import Testing

@testable import Orders
import Text

extension SeededGenerator {
    /// An amount of any order of magnitude.
    mutating func tenThousandths() -> Int64 {
        var most: Int64 = 10
        for _ in 0..<Int.random(in: 0...15, using: &self) { most *= 10 }
        return Int64.random(in: 0..<most, using: &self)
    }

    mutating func money() throws -> Money {
        try #require(Money(tenThousandths: tenThousandths()))
    }

    mutating func items() throws -> [OrderItem] {
        var items: [OrderItem] = []
        for _ in 0..<Int.random(in: 0...5, using: &self) {
            let item = OrderItem(
                productID: text(),
                quantity: Int.random(in: 1...Int(Int32.max), using: &self),
                unitPrice: try money()
            )
            items.append(item)
        }
        return items
    }

    mutating func event() throws -> Event {
        let type = EventType.allCases[Int.random(in: 0..<4, using: &self)]
        let version: EventVersion = Bool.random(using: &self) ? .v1_0 : .v2_0
        return Event(
            envelope: try envelope(version),
            payload: try payload(type, of: uuid(), version)
        )
    }

    mutating func envelope(_ version: EventVersion = .v1_0) throws -> EventEnvelope {
        EventEnvelope(
            eventID: uuid(),
            timestamp: timestamp(),
            correlationID: text(),
            sourceService: text(),
            traceID: try #require(TraceID(high: next(), low: next() | 1)),
            spanID: try #require(SpanID(next() | 1)),
            version: version
        )
    }

    /// Version 1.0 cannot say its currency.
    mutating func currency(_ version: EventVersion) throws -> Currency {
        guard version == .v2_0 else { return .usd }
        let codes = ["USD", "EUR", "JPY", "XXX"]
        return try #require(Currency(codes[Int.random(in: codes.indices, using: &self)].utf8))
    }

    mutating func payload(
        _ type: EventType,
        of orderID: OrderID,
        _ version: EventVersion = .v1_0
    ) throws -> EventPayload {
        switch type {
        case .orderCreated:
            .orderCreated(
                OrderCreated(
                    orderID: orderID,
                    customerID: text(),
                    items: try items(),
                    totalAmount: try money(),
                    currency: try currency(version)
                )
            )
        case .orderCancelled:
            .orderCancelled(OrderCancelled(orderID: orderID, reason: text(), causedBy: uuid()))
        case .inventoryReserved: .inventoryReserved(InventoryReserved(orderID: orderID))
        case .inventoryReservationFailed:
            .inventoryReservationFailed(
                InventoryReservationFailed(
                    orderID: orderID,
                    reason: text(),
                    productID: Bool.random(using: &self) ? text() : nil
                )
            )
        }
    }
}
