import Orders

@testable import ReadModel
import Text

/// The topics as they would be in Kafka: each record has the next offset of its partition.
struct EventLog {
    static let orderEvents = "order-events"
    static let inventoryEvents = "inventory-events"
    static let partitions: Int32 = 3

    private(set) var records: [StreamRecord] = []
    private var ends: [StreamPosition: Int64] = [:]
    private var eventCount: UInt64 = 0

    /// Publishes an event on its topic, on the partition of its order.
    @discardableResult
    mutating func append(_ payload: EventPayload, at milliseconds: Int64? = nil) -> StreamRecord {
        eventCount += 1
        let event = ReadModelTests.event(
            payload,
            number: eventCount,
            at: milliseconds ?? 1_800_000_000_000 + Int64(eventCount)
        )
        var value: [UInt8] = []
        event.encode(into: &value)
        return append(
            value: value,
            to: Self.topic(of: payload),
            partition: Int32((payload.orderID.low & 0xFFFF) % UInt64(Self.partitions))
        )
    }

    /// Publishes any value.
    @discardableResult
    mutating func append(
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
            value: value
        )
        records.append(record)
        return record
    }

    /// The offsets that stand after everything here was consumed.
    var end: [StreamPosition: Int64] { ends }

    private static func topic(of payload: EventPayload) -> String {
        switch payload {
        case .orderCreated, .orderCancelled: orderEvents
        case .inventoryReserved, .inventoryReservationFailed: inventoryEvents
        }
    }
}

let sampleTraceID = required(TraceID(high: 1, low: 2))
let sampleSpanID = required(SpanID(3))

private func required<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("a sample is not valid") }
    return value
}

/// The id of a test's order; those with the same remainder of 16 share a shard of the hot view.
func orderID(_ number: Int) -> OrderID {
    OrderID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number))
}

func created(_ id: OrderID, customerID: String = "customer-1") -> EventPayload {
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

func event(_ payload: EventPayload, number: UInt64, at milliseconds: Int64) -> Event {
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

func reserved(_ id: OrderID) -> EventPayload { .inventoryReserved(InventoryReserved(orderID: id)) }

func cancelled(_ id: OrderID) -> EventPayload {
    .orderCancelled(
        OrderCancelled(orderID: id, reason: "customer", causedBy: EventID(high: 9, low: 9))
    )
}

func money(_ text: String) -> Money {
    guard let money = try? Money(text.utf8) else { preconditionFailure("\(text) is no amount") }
    return money
}

extension StreamRecord {
    /// The same record once more, as if it had been published again.
    func republished(at offset: Int64) -> StreamRecord {
        StreamRecord(topic: topic, partition: partition, offset: offset, value: value)
    }
}
