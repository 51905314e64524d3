package import Orders
package import ReadModel
package import TestSupport
import Text

/// Random histories: events of all kinds, in any order, some of them more than once.
package enum RandomEvents {
    package static func log(
        orders: Int,
        events: Int,
        using generator: inout SeededGenerator
    ) -> EventLog {
        var log = EventLog()
        for _ in 0..<events {
            let id = orderID(Int.random(in: 0..<orders, using: &generator))
            let time = Int64.random(in: 0...2_000_000_000_000, using: &generator)
            log.append(payload(id, using: &generator), at: time)
            if Int.random(in: 0..<20, using: &generator) == 0 {
                log.append(value: Array("poison".utf8), partition: 1)
            }
        }
        return log
    }

    package static func payload(_ id: OrderID, using generator: inout SeededGenerator)
        -> EventPayload
    {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0..<4:
            .orderCreated(
                OrderCreated(
                    orderID: id,
                    customerID: text(using: &generator),
                    items: items(using: &generator),
                    totalAmount: amount(using: &generator),
                    currency: .usd
                )
            )
        case 4:
            .orderCancelled(
                OrderCancelled(
                    orderID: id,
                    reason: text(using: &generator),
                    causedBy: EventID(high: generator.next(), low: generator.next())
                )
            )
        case 5:
            .inventoryReservationFailed(
                InventoryReservationFailed(
                    orderID: id,
                    reason: text(using: &generator),
                    productID: Bool.random(using: &generator) ? text(using: &generator) : nil
                )
            )
        default: .inventoryReserved(InventoryReserved(orderID: id))
        }
    }

    /// An order with any of the facts that there can be.
    package static func order(_ id: OrderID, using generator: inout SeededGenerator) -> Order {
        func time() -> Timestamp {
            Timestamp(millisecondsSinceEpoch: Int64.random(in: Timestamp.range, using: &generator))
        }
        var order = Order(id: id)
        if Bool.random(using: &generator) {
            order.creation = Order.Creation(
                customerID: text(using: &generator),
                items: items(using: &generator),
                totalAmount: amount(using: &generator),
                currency: Currency("EUR".utf8) ?? .usd,
                at: time(),
                correlationID: text(using: &generator),
                traceID: TraceID(high: generator.next(), low: 1) ?? sampleTraceID
            )
        }
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: order.reservation = .reserved(at: time())
        case 1: order.reservation = .failed(at: time(), reason: text(using: &generator))
        default: break
        }
        if Bool.random(using: &generator) {
            order.cancellation = Order.Cancellation(
                at: time(),
                reason: text(using: &generator),
                causedBy: EventID(high: generator.next(), low: generator.next())
            )
        }
        order.trail = trail(of: order, using: &generator)
        return order
    }

    /// A trail with any of the entries that there can be for an order's facts.
    private static func trail(
        of order: Order,
        using generator: inout SeededGenerator
    ) -> EventTrail {
        func entry(ofCreation: Bool = false) -> EventTrail.Entry? {
            guard Int.random(in: 0..<4, using: &generator) > 0 else { return nil }
            let correlation: Correlation =
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: .id(EventID(high: generator.next(), low: generator.next()))
                case 1: order.creation?.correlation ?? Correlation("")
                default: Correlation(text(using: &generator))
                }
            return EventTrail.Entry(
                eventID: EventID(high: generator.next(), low: generator.next()),
                place: RecordPlace(
                    topic: Bool.random(using: &generator)
                        ? "order-events" : text(using: &generator),
                    partition: Int32.random(in: 0 ... .max, using: &generator),
                    offset: Int64.random(in: 0 ... .max, using: &generator)
                ),
                sourceService: Bool.random(using: &generator)
                    ? "inventory-service" : text(using: &generator),
                correlation: ofCreation ? nil : correlation,
                version: Bool.random(using: &generator) ? .v1_0 : .v2_0
            )
        }
        var trail = EventTrail()
        if order.creation != nil { trail.creation = entry(ofCreation: true) }
        if order.reservation != nil { trail.reservation = entry() }
        if order.cancellation != nil { trail.cancellation = entry() }
        return trail
    }

    /// Splits the records into partitions and merges these anew, each partition in its order.
    package static func interleaved(
        _ records: [StreamRecord],
        using generator: inout SeededGenerator
    ) -> [StreamRecord] {
        var queues = Dictionary(grouping: records, by: \.position)
            .sorted { ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition) }
            .map { $0.value[...] }
        var merged: [StreamRecord] = []
        while !queues.isEmpty {
            let index = Int.random(in: queues.indices, using: &generator)
            merged.append(queues[index].removeFirst())
            if queues[index].isEmpty { queues.remove(at: index) }
        }
        return merged
    }

    package static func text(using generator: inout SeededGenerator) -> String {
        let pieces = ["a", "Z", "0", " ", "\"", "\\", "\n", "'", "é", "漢", "🙂", "\0", "\u{202E}"]
        let count = Int.random(in: 1...12, using: &generator)
        return (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }

    private static func items(using generator: inout SeededGenerator) -> [OrderItem] {
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in
            OrderItem(
                productID: text(using: &generator),
                quantity: Int.random(in: 1...Int(Int32.max), using: &generator),
                unitPrice: amount(using: &generator)
            )
        }
    }

    private static func amount(using generator: inout SeededGenerator) -> Money {
        let whole = Int64.random(in: 0...999_999_999_999, using: &generator)
        let fraction = Int.random(in: 10_000...19_999, using: &generator)
        return money("\(whole).\(String(fraction).dropFirst())")
    }
}
