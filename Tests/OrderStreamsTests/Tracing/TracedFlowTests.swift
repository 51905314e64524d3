import Development
import Orders
import ReadModel
import TestSupport
import Testing
import Text

@testable import Kafka
@testable import OrderStreams
@testable import Telemetry

/// The spans of consumed events, on the embedded broker.
@Suite(.serialized)
struct TracedFlowTests {
    private let queue = SpanQueue()
    private static let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parentID = "00f067aa0ba902b7"

    private func tracer(_ sampler: Sampler = .parentBased(.alwaysOff)) -> Tracer {
        Tracer(service: "order-gateway", sampler: sampler, queue: queue)
    }

    /// An event as other services write it: without trace ids in its value.
    private func foreign(
        _ type: String,
        _ data: String,
        to topic: String,
        flags: String? = "01",
        time: String = "2026-01-01T00:00:00Z"
    ) -> ProducerMessage {
        let id = RandomSource().uuid(at: WallClock.system.now())
        let value =
            #"{"event_id":"\#(id)","event_type":"\#(type)","timestamp":"\#(time)","#
            + #""data":\#(data)}"#
        return ProducerMessage(
            topic: topic,
            key: nil,
            value: Array(value.utf8),
            headers: flags.map {
                [KafkaHeader("traceparent", "00-\(Self.traceID)-\(Self.parentID)-\($0)")]
            } ?? []
        )
    }

    private func created(
        _ number: Int,
        flags: String? = "01",
        time: String = "2026-01-01T00:00:00Z"
    ) -> ProducerMessage {
        foreign(
            "OrderCreated",
            #"{"order_id":"\#(EventFlowFixture.orderID(number))","customer_id":"c","items":["#
                + #"{"product_id":"p","quantity":1,"unit_price":"1.00"}]}"#,
            to: EventTopics.orders,
            flags: flags,
            time: time
        )
    }

    private func withFlow(_ body: (EventFlowFixture) async throws -> Void) async throws {
        let flow = try EventFlowFixture()
        do {
            try await body(flow)
        } catch {
            await flow.close()
            throw error
        }
        await flow.close()
    }

    private func value(_ name: String, of span: Span) -> SpanAttribute.Value? {
        span.attributes.first { $0.name == name }?.value
    }

    @Test func `an event of another service is continued in the trace of its header`() async throws
    {
        try await withFlow { flow in
            try await flow.withProjection(tracer: tracer()) { model in
                // The flag of the first says that nobody records it.
                try await flow.publish(created(1, flags: "00"))
                try await flow.publish(created(2, flags: nil))
                let place = try await flow.publish(created(3))
                try await eventually("both spans") { queue.waiting.count == 2 }
                let (projecting, processing) = (queue.waiting[0], queue.waiting[1])
                #expect(processing.name == "process order-events")
                #expect(processing.kind == .consumer)
                #expect("\(processing.context.traceID)" == Self.traceID)
                let parent = try #require(SpanID(Self.parentID))
                #expect(processing.parent == Span.Parent(parent, isRemote: true))
                #expect(value("messaging.kafka.offset", of: processing) == .number(place.offset))
                #expect(
                    value("messaging.consumer.group.name", of: processing)
                        == .text(ProjectionService.groupID(UUID(high: 7, low: 7)))
                )
                #expect(value("event_type", of: processing) == .text("OrderCreated"))
                #expect(projecting.name == "project order")
                #expect(projecting.kind == .internal)
                #expect(
                    projecting.parent == Span.Parent(processing.context.spanID, isRemote: false)
                )
                #expect(projecting.start >= processing.start)
                #expect(projecting.end <= processing.end)
                for number in 1...3 {
                    #expect(model.viewInMemory(of: EventFlowFixture.orderID(number)) != nil)
                }
            }
        }
    }

    @Test func `an event from before the start is read again, and not recorded again`() async throws
    {
        try await withFlow { flow in
            let start = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
            try await flow.withProjection(tracer: tracer(), start: start) { model in
                try await flow.publish(created(1))
                let place = try await flow.publish(created(2, time: "\(start)"))
                try await eventually("both orders") {
                    model.viewInMemory(of: EventFlowFixture.orderID(1)) != nil
                        && model.viewInMemory(of: EventFlowFixture.orderID(2)) != nil
                }
                try await eventually("the spans of the second") { queue.waiting.count == 2 }
                #expect(
                    value("messaging.kafka.offset", of: queue.waiting[1]) == .number(place.offset)
                )
            }
        }
    }

    @Test func `an event without any trace is the first of one, if that is sampled`() async throws {
        try await withFlow { flow in
            try await flow.withProjection(tracer: tracer(.parentBased(.alwaysOn))) { _ in
                try await flow.publish(created(1, flags: nil))
                try await eventually("both spans") { queue.waiting.count == 2 }
                #expect(queue.waiting[1].parent == nil)
            }
        }
    }

    @Test func `a gateway's event that is not marked is not recorded`() async throws {
        try await withFlow { flow in
            // A marked one, and one of the same trace that is not.
            for (number, span) in [(1, 0x40), (2, 0x41)] as [(Int, UInt64)] {
                let trace = TraceContext(
                    traceID: try #require(TraceID(high: 1, low: 2)),
                    spanID: try #require(SpanID(span)),
                    flags: 1,
                    state: nil
                )
                let event = Event(
                    envelope: EventEnvelope(
                        eventID: RandomSource().uuid(at: WallClock.system.now()),
                        timestamp: WallClock.system.now(),
                        correlationID: "c",
                        sourceService: OrderEventMessage.sourceService,
                        traceID: trace.traceID,
                        spanID: trace.spanID,
                        version: .v1_0
                    ),
                    payload: try EventFlowFixture.created(EventFlowFixture.orderID(number))
                )
                try await flow.publish(
                    OrderEventMessage.make(event, topic: EventTopics.orders, trace: trace)
                )
            }
            try await flow.withProjection(tracer: tracer()) { model in
                try await eventually("both orders") {
                    model.viewInMemory(of: EventFlowFixture.orderID(1)) != nil
                        && model.viewInMemory(of: EventFlowFixture.orderID(2)) != nil
                }
                try await eventually("the spans of one") { queue.waiting.count == 2 }
                #expect(queue.waiting.last?.parent?.id.value == 0x40)
            }
        }
    }

    @Test(arguments: [true, false])
    func `a cancellation is published in the trace of its cause`(isFed: Bool) async throws {
        try await withFlow { flow in
            let tracer = tracer()
            let feed = isFed ? SagaFeed(version: .v1_0, time: .system, tracer: tracer) : nil
            try await flow.withProjection(feed: feed) { _ in
                try await flow.withSaga(feed: feed, tracer: tracer) {
                    let failure = foreign(
                        "InventoryReservationFailed",
                        #"{"order_id":"\#(EventFlowFixture.orderID(1))","reason":"no"}"#,
                        to: EventTopics.inventory
                    )
                    let place = try await flow.publish(failure)
                    try await eventually("both spans") { queue.waiting.count == 2 }
                    let (sending, processing) = (queue.waiting[0], queue.waiting[1])
                    #expect(processing.name == "process inventory-events")
                    #expect(processing.kind == .consumer)
                    #expect("\(processing.parent?.id, default: "-")" == Self.parentID)
                    #expect(
                        value("messaging.kafka.offset", of: processing) == .number(place.offset)
                    )
                    #expect(
                        value("messaging.consumer.group.name", of: processing)
                            == .text(SagaService.groupID)
                    )
                    #expect(sending.name == "send order-events")
                    #expect(sending.kind == .producer)
                    #expect(
                        sending.parent == Span.Parent(processing.context.spanID, isRemote: false)
                    )
                    let records = try await Kcat(bootstrapServers: flow.broker.bootstrapServers)
                        .records(in: EventTopics.orders)
                    let event = try #require(records.first).json
                    #expect(event["event_type"] == "OrderCancelled")
                    #expect(event["trace_id"].string == Self.traceID)
                    #expect(event["span_id"].string == "\(sending.context.spanID)")
                }
            }
        }
    }

    @Test func `a dead letter is published in the trace of the record`() async throws {
        try await withFlow { flow in
            try await flow.withSaga(tracer: tracer()) {
                try await flow.publish(
                    ProducerMessage(
                        topic: EventTopics.orders,
                        key: nil,
                        value: Array("nonsense".utf8),
                        headers: [
                            KafkaHeader("traceparent", "00-\(Self.traceID)-\(Self.parentID)-01")
                        ]
                    )
                )
                try await eventually("both spans") { queue.waiting.count == 2 }
                let (sending, processing) = (queue.waiting[0], queue.waiting[1])
                #expect(processing.name == "process order-events")
                #expect("\(processing.parent?.id, default: "-")" == Self.parentID)
                #expect(value("error.type", of: processing) == .text("not_json"))
                #expect(processing.error != nil)
                #expect(sending.name == "send dead-letter-queue")
                #expect(sending.error == nil)
            }
        }
    }
}
