import TestSupport
import Testing

@testable import Orders

extension SeededGenerator {
    /// Text of 1 to `most` characters of all the kinds that an encoder may stumble over.
    mutating func text(upTo most: Int = 20) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "Z", "7", " ", "\"", "\\", "/", "\u{0}", "\u{8}", "\t", "\n", "\u{c}", "\r",
            "\u{1f}", "\u{7f}", "\u{80}", "é", "\u{301}", "\u{7ff}", "\u{800}", "\u{2028}", "日",
            "\u{d7ff}", "\u{e000}", "\u{feff}", "\u{ffff}", "\u{10000}", "😀", "\u{10ffff}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 1...most, using: &self) {
            text.append(alphabet[Int.random(in: alphabet.indices, using: &self)])
        }
        return String(text)
    }

    mutating func uuid() -> UUID { UUID(high: next(), low: next()) }

    mutating func timestamp() -> Timestamp {
        Timestamp(millisecondsSinceEpoch: Int64.random(in: Timestamp.range, using: &self))
    }

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

    /// Bytes with a few accidents: changed, lost, added, doubled, cut off.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        let marks = Array("{}[]\",:\\-+.eE0u \u{0}".utf8) + [0xC0, 0xED, 0xF4, 0xFF]
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &self)
            let mark = marks[Int.random(in: marks.indices, using: &self)]
            let end = min(bytes.count, index + Int.random(in: 1...12, using: &self))
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes[index] = mark
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 2: bytes.removeSubrange(index..<end)
            case 3: bytes.insert(mark, at: index)
            case 4: bytes.insert(contentsOf: bytes[index..<end], at: index)
            default: if Bool.random(using: &self) { bytes.removeSubrange(index...) }
            }
        }
        return bytes
    }
}
