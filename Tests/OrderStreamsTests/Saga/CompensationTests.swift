import Kafka
import Orders
import Testing

@testable import OrderStreams
import Text

struct CompensationTests {
    private func failure(
        reason: String = "insufficient_stock",
        correlationID: String = "c-1"
    ) throws -> (Event, InventoryReservationFailed) {
        let failure = InventoryReservationFailed(
            orderID: try #require(OrderID("01a208c4-801f-76c1-ac12-f63e88b76bc2")),
            reason: reason,
            productID: "p-1"
        )
        let event = Event(
            envelope: EventEnvelope(
                eventID: try #require(EventID("01a208c4-8057-7a20-a889-a3badb8ec3b9")),
                timestamp: Timestamp(millisecondsSinceEpoch: 1_800_000_000_123),
                correlationID: correlationID,
                sourceService: "inventory-service",
                traceID: try #require(TraceID("0af7651916cd43dd8448eb211c80319c")),
                spanID: try #require(SpanID("b7ad6b7169203331")),
                version: .v1_0
            ),
            payload: .inventoryReservationFailed(failure)
        )
        return (event, failure)
    }

    private func message(
        _ failure: InventoryReservationFailed,
        _ event: Event,
        _ headers: [KafkaHeader]
    ) -> ProducerMessage {
        Compensation.message(
            for: failure,
            of: event,
            header: { name in headers.first { $0.name == name }?.value },
            version: .v1_0
        )
    }

    private let headers = [
        KafkaHeader(
            name: "traceparent",
            value: Array("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".utf8)
        ),
        KafkaHeader(name: "tracestate", value: Array("a=b".utf8)),
    ]

    /// A cancellation that is too large for its topic would be tried again for ever.
    @Test func `no failure makes a cancellation that is larger than some kilobytes`() throws {
        let text = String(repeating: "\u{1}", count: Event.Limits.textBytes)
        let (event, failure) = try failure(reason: text, correlationID: text)
        let large = [UInt8](repeating: 0xFF, count: 400_000)
        let message = message(
            failure,
            event,
            [headers[0], KafkaHeader(name: "tracestate", value: large)]
        )
        let headerBytes = message.headers.reduce(0) { $0 + ($1.value?.count ?? 0) }
        let bytes = headerBytes + (message.value?.count ?? 0)
        #expect(bytes > Event.Limits.textBytes)
        #expect(bytes < 16 * 1024)
    }

    @Test func `a failure cancels its order and says what caused it`() throws {
        let (event, failure) = try failure()
        let message = message(failure, event, headers)
        #expect(message.topic == "order-events")
        #expect(message.key == Array(failure.orderID.description.utf8))
        guard let value = message.value,
            case .event(let cancelled) = try EventRegistry.standard.decode(value)
        else {
            Issue.record("no event")
            return
        }
        #expect(
            cancelled.payload
                == .orderCancelled(
                    OrderCancelled(
                        orderID: failure.orderID,
                        reason: "insufficient_stock",
                        causedBy: event.envelope.eventID
                    )
                )
        )
        #expect(cancelled.envelope.correlationID == "c-1")
        #expect(cancelled.envelope.traceID == event.envelope.traceID)
        #expect(cancelled.envelope.sourceService == "order-gateway")
    }

    @Test func `the trace goes on with a span of its own, its flags and its state`() throws {
        let (event, failure) = try failure()
        let message = message(failure, event, headers)
        let header = message.headers.first { $0.name == "traceparent" }
        let traceparent = try #require(header?.value)
        let parent = try #require(TraceParent(traceparent[...]))
        #expect(parent.traceID == event.envelope.traceID)
        #expect(parent.parentID != event.envelope.spanID)
        #expect(parent.flags == 1)
        #expect(
            message.headers.contains(KafkaHeader(name: "tracestate", value: Array("a=b".utf8)))
        )
    }

    @Test func `a failure delivered again yields the same cancellation to the last byte`() throws {
        let (event, failure) = try failure()
        let first = message(failure, event, headers)
        let second = message(failure, event, headers)
        #expect(first.value == second.value)
        #expect(first.headers == second.headers)
    }

    @Test func `different failures have different cancellations`() throws {
        let (event, failure) = try failure()
        let other = Event(
            envelope: EventEnvelope(
                eventID: try #require(EventID("01a208c4-8057-7a20-a889-a3badb8ec3ba")),
                timestamp: event.envelope.timestamp,
                correlationID: event.envelope.correlationID,
                sourceService: event.envelope.sourceService,
                traceID: event.envelope.traceID,
                spanID: event.envelope.spanID,
                version: .v1_0
            ),
            payload: event.payload
        )
        let first = message(failure, event, [])
        let second = message(failure, other, [])
        #expect(first.value != second.value)
    }
}
