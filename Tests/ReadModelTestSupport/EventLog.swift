package import Orders
package import ReadModel
package import Text

/// The topics as they would be in Kafka: each record has the next offset of its partition.
package struct EventLog {
    package static let orderEvents = "order-events"
    package static let inventoryEvents = "inventory-events"
    package static let partitions: Int32 = 3

    package private(set) var records: [StreamRecord] = []
    private var ends: [StreamPosition: Int64] = [:]
    private var eventCount: UInt64 = 0

    package init() {}

    /// Publishes an event on its topic, on the partition of its order.
    @discardableResult
    package mutating func append(_ payload: EventPayload, at milliseconds: Int64? = nil)
        -> StreamRecord
    {
        eventCount += 1
        let event = ReadModelTestSupport.event(
            payload,
            number: eventCount,
            at: milliseconds ?? 1_800_000_000_000 + Int64(eventCount)
        )
        return append(
            value: event.encoded(),
            to: Self.topic(of: payload),
            partition: Int32((payload.orderID.low & 0xFFFF) % UInt64(Self.partitions))
        )
    }

    /// Publishes any value.
    @discardableResult
    package mutating func append(
        value: [UInt8]?,
        to topic: String = orderEvents,
        partition: Int32 = 0
    ) -> StreamRecord {
        let position = StreamPosition(topic: topic, partition: partition)
        let offset = ends[position, default: 0]
        ends[position] = offset + 1
        let record = StreamRecord(
            topic: topic,
            partition: partition,
            offset: offset,
            event: EventRegistry.standard.event(in: value)
        )
        records.append(record)
        return record
    }

    /// The offsets once everything here has been consumed.
    package var end: [StreamPosition: Int64] { ends }

    private static func topic(of payload: EventPayload) -> String {
        switch payload {
        case .orderCreated, .orderCancelled: orderEvents
        case .inventoryReserved, .inventoryReservationFailed: inventoryEvents
        }
    }
}

package let sampleTraceID = required(TraceID(high: 1, low: 2))
package let sampleSpanID = required(SpanID(3))

private func required<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("a sample is not valid") }
    return value
}

/// The id of a test's order.
///
/// Orders whose numbers have the same remainder of 16 share a shard of the hot view.
package func orderID(_ number: Int) -> OrderID {
    OrderID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number))
}

package func created(_ id: OrderID, customerID: String = "customer-1") -> EventPayload {
    let items = [OrderItem(productID: "p-1", quantity: 2, unitPrice: money("9.99"))]
    return .orderCreated(
        OrderCreated(
            orderID: id,
            customerID: customerID,
            items: items,
            totalAmount: money("19.98"),
            currency: .usd
        )
    )
}

package func event(_ payload: EventPayload, number: UInt64, at milliseconds: Int64) -> Event {
    Event(
        envelope: EventEnvelope(
            eventID: EventID(high: 7, low: number),
            timestamp: Timestamp(millisecondsSinceEpoch: milliseconds),
            correlationID: "correlation \(number)",
            sourceService: "test",
            traceID: sampleTraceID,
            spanID: sampleSpanID,
            version: .v1_0
        ),
        payload: payload
    )
}

package func reserved(_ id: OrderID) -> EventPayload {
    .inventoryReserved(InventoryReserved(orderID: id))
}

package func cancelled(_ id: OrderID) -> EventPayload {
    .orderCancelled(
        OrderCancelled(orderID: id, reason: "customer", causedBy: EventID(high: 9, low: 9))
    )
}

package func money(_ text: String) -> Money {
    guard let money = try? Money(text.utf8) else { preconditionFailure("\(text) is no amount") }
    return money
}

extension StreamRecord {
    /// The same record once more, as if it had been published again.
    package func republished(at offset: Int64) -> StreamRecord {
        StreamRecord(topic: topic, partition: partition, offset: offset, event: event)
    }
}
