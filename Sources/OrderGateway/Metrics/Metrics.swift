internal import Kafka
internal import OrderAPI
package import ReadModel
package import Telemetry
package import Text

/// All metrics of a gateway, by the room that they are about.
///
/// A room's observers count; this object reads: for `GET /metrics` through ``registry``, and for others
/// as typed values.
package final class Metrics: Sendable {
    package let registry = MetricsRegistry()
    package let http: HTTPMetrics
    package let kafka = KafkaMetrics()
    package let streams: StreamMetrics
    package let readModel: ReadModelMetrics
    package let process = ProcessMetrics()
    /// The start of the process, before which events count as read again.
    package let start: Timestamp

    package init(hotView: HotView, health: Health, clock: WallClock = .system) {
        start = clock.now()
        http = HTTPMetrics(clock: clock)
        streams = StreamMetrics(clock: clock)
        readModel = ReadModelMetrics(hotView, clock: clock, start: start)
        registry.register(http.families)
        registry.register(kafka.families)
        registry.register(streams.families)
        registry.register(readModel.families)
        registry.register(process.families(start: start))
        registry.register(HealthMetrics.families(health))
        registry.register(BuildInfo.family)
    }

    /// Adds the metrics of those who follow the orders.
    func add(_ changes: ChangeRing) {
        registry.register([
            MetricFamily(
                "order_event_streams",
                .gauge,
                "Open streams of GET /orders/events."
            ) { Double(changes.streamCount) },
            MetricFamily(
                "order_event_streams_lagged_total",
                .counter,
                "Times that a stream was told that it misses changes."
            ) { Double(changes.laggedCount) },
        ])
    }

    /// Adds the metrics of exported traces.
    ///
    /// - Parameter tracing: `nil` if there is none; then nothing is counted.
    func add(_ tracing: Tracing?) {
        registry.register([
            MetricFamily(
                "traces_spans_exported_total",
                .counter,
                "Spans that the collector has taken."
            ) { Double(tracing?.exportedSpans ?? 0) },
            MetricFamily(
                "traces_spans_dropped_total",
                .counter,
                "Spans that were lost: the queue was full, or the collector did not take them."
            ) { Double(tracing?.droppedSpans ?? 0) },
        ])
    }

    /// Adds the metrics of what waits in a producer.
    func add(_ producer: Producer) {
        registry.register([
            MetricFamily(
                "kafka_producer_queue_messages",
                .gauge,
                "Messages whose outcome is not known yet."
            ) { Double(producer.outstanding) },
            MetricFamily(
                "kafka_producer_queue_bytes",
                .gauge,
                "The size of these messages."
            ) { Double(producer.outstandingBytes) },
        ])
    }
}
