import Orders
import Testing
import Text

@testable import OrderGateway
@testable import ReadModel
@testable import Telemetry

struct ReadModelMetricsTests {
    private static let start = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
    /// What the clock shows: 20 ms after the start.
    private static let now = Timestamp(millisecondsSinceEpoch: 1_800_000_000_020)

    private let metrics = ReadModelMetrics(
        HotView(limitBytes: 1 << 20),
        clock: WallClock { Self.now },
        start: Self.start
    )

    private func event(
        _ type: EventType,
        after milliseconds: Int64,
        topic: String = "order-events"
    ) -> VisibleEvent {
        VisibleEvent(
            orderID: OrderID(high: 1, low: 1),
            eventType: type,
            timestamp: Timestamp(
                millisecondsSinceEpoch: Self.start.millisecondsSinceEpoch + milliseconds
            ),
            topic: topic
        )
    }

    private var text: String {
        let registry = MetricsRegistry()
        registry.register(metrics.families)
        return String(decoding: registry.text(.prometheus), as: UTF8.self)
    }

    @Test func `an order is visible after the time since its event`() {
        metrics.becameVisible([
            event(.orderCreated, after: 15), event(.orderCancelled, after: 15),
            event(.orderCreated, after: 0),
        ])
        #expect(metrics.visibility.count == 2)
        #expect(abs(metrics.visibility.sum - 0.025) < 1e-9)
        let labels = #"messaging_destination_name="order-events",event_type="OrderCancelled""#
        #expect(text.contains("event_age_at_processing_seconds_count{\(labels)} 1\n"))
    }

    @Test func `the trace of a recorded event is the exemplar of its bucket`() throws {
        let traceID = try #require(TraceID(high: 1, low: 2))
        let usual = event(.orderCreated, after: 19)
        metrics.becameVisible([
            usual,
            VisibleEvent(
                orderID: usual.orderID,
                eventType: .orderCreated,
                timestamp: usual.timestamp,
                topic: usual.topic,
                traceID: traceID
            ),
        ])
        let registry = MetricsRegistry()
        registry.register(metrics.families)
        let text = String(decoding: registry.text(.openMetrics), as: UTF8.self)
        let line = #"order_visible_seconds_bucket{le="0.001"} 2 # {trace_id="\#(traceID)"} 0.001 "#
        #expect(text.contains(line))
    }

    @Test func `what is from before the start was counted before`() {
        metrics.becameVisible([
            event(.orderCreated, after: -1), event(.orderCreated, after: -9_000),
        ])
        #expect(metrics.visibility.count == 0)
        #expect(!text.contains("event_age_at_processing_seconds_count"))
    }

    @Test func `an event from a clock that is ahead is as young as can be`() {
        metrics.becameVisible([event(.orderCreated, after: 60_000)])
        #expect(metrics.visibility.counts[0] == 1)
        #expect(metrics.visibility.sum == 0)
    }

    @Test func `events count by topic, and all other topics share a name`() {
        metrics.becameVisible([
            event(.orderCreated, after: 1, topic: "a"),
            event(.inventoryReserved, after: 1, topic: "inventory-events"),
            event(.orderCreated, after: 1, topic: "b"),
        ])
        let lines = text.split(separator: "\n").filter {
            $0.hasPrefix("event_age_at_processing_seconds_count")
        }
        #expect(lines.count == 2)
        #expect(lines.contains { $0.contains(#""inventory-events""#) && $0.hasSuffix(" 1") })
        #expect(lines.contains { $0.contains(#""other""#) && $0.hasSuffix(" 2") })
    }

    @Test func `reads count on each loop, errors wherever they are`() {
        let (first, second) = (metrics.readObserver(), metrics.readObserver())
        first.hotViewRead(isHit: true)
        second.hotViewRead(isHit: true)
        second.hotViewRead(isHit: false)
        let error = StoreError.damaged(path: "a", reason: "b")
        first.storeFailed(error)
        metrics.storeFailed(error)
        #expect(metrics.hits == 2)
        #expect(metrics.misses == 1)
        #expect(metrics.storeErrors == 2)
    }

    @Test func `a commit counts with its orders, its size and its duration`() {
        metrics.committed(WrittenCommit(orders: 3, bytes: 500, duration: .milliseconds(4)))
        #expect(text.contains("read_model_commit_orders_total 3\n"))
        #expect(text.contains("read_model_commit_bytes_total 500\n"))
        #expect(text.contains("read_model_commit_duration_seconds_sum 0.004\n"))
    }
}
