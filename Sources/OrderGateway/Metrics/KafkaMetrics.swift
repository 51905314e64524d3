package import Kafka
internal import OrderStreams
package import Telemetry

/// The metrics of Kafka's producers: the outcome of each message, how long it took, and what the
/// gateway's producer says of its brokers.
package final class KafkaMetrics: Sendable {
    /// The topics that are told apart; the last stands for any other.
    private static let topics =
        EventTopics.specifications.map(\.name) + ["other"]
    private static let errors = [
        "not_published", "queue_full", "refused", "message_too_large", "unknown", "closed",
    ]

    /// The cells of one client and topic: the acknowledged messages, the failed ones by error, and the
    /// durations.
    private enum Place {
        static let acknowledged = 0
        static let failed = 1
        static let durations = 7
    }

    private let buckets = Buckets.latencies
    private let cells: [CellGroup]
    /// What no client took, by topic and error.
    private let refusals = SharedCounts(count: topics.count * errors.count)
    private let statistics = StatisticsMetrics()

    init() {
        let cellCount = Place.durations + buckets.cellCount
        cells = Self.topics.map { _ in CellGroup(cellCount: cellCount) }
    }

    private static func index(of topic: String) -> Int {
        topics.firstIndex(of: topic) ?? topics.count - 1
    }

    private static func index(of error: PublishError) -> Int {
        switch error {
        case .notPublished: 0
        case .queueFull: 1
        case .refused: 2
        case .messageTooLarge: 3
        case .unknown: 4
        case .closed: 5
        }
    }

    // MARK: Values

    /// The number of acknowledged messages of a topic.
    package func acknowledged(_ topic: String) -> Int {
        cells[Self.index(of: topic)].sum(at: Place.acknowledged)
    }

    /// The number of messages that all in-sync replicas have acknowledged.
    package var acknowledged: Int {
        cells.reduce(0) { $0 + $1.sum(at: Place.acknowledged) }
    }

    /// The number of messages that were not acknowledged.
    package var failed: Int { Self.topics.indices.reduce(0) { $0 + failures($1).reduce(0, +) } }

    /// Returns the failures of a topic by error.
    private func failures(_ topic: Int) -> [Int] {
        let first = Place.failed
        let counts = cells[topic].sums(first..<first + Self.errors.count)
        return counts.indices.map { counts[$0] + refusals[topic * Self.errors.count + $0] }
    }

    package func durations(_ topic: String) -> HistogramSnapshot {
        cells[Self.index(of: topic)].histogram(row: Place.durations, buckets)
    }

    // MARK: Text

    var families: [MetricFamily] {
        [
            MetricFamily(
                "messaging_client_sent_messages_total",
                .counter,
                "Messages that were published, by the reason why they were not acknowledged.",
                labels: ["messaging_destination_name", "error_type"]
            ) { [self] samples in
                for (index, topic) in Self.topics.enumerated() {
                    let acknowledged = acknowledged(topic)
                    let failures = failures(index)
                    let isUsed = acknowledged + failures.reduce(0, +) > 0
                    guard isUsed || topic == EventTopics.orders else { continue }
                    samples.add(acknowledged, [topic, ""])
                    for (error, count) in zip(Self.errors, failures) {
                        samples.add(count, [topic, error])
                    }
                }
            },
            MetricFamily(
                "messaging_client_operation_duration_seconds",
                .histogram,
                "From the publishing of a message until all in-sync replicas have acknowledged it.",
                labels: ["messaging_destination_name", "messaging_operation_name"]
            ) { [self] samples in
                for topic in Self.topics where acknowledged(topic) > 0 {
                    samples.add(durations(topic), [topic, "send"])
                }
            },
        ] + statistics.families
    }

    // MARK: Counting

    /// Returns the observer of a producer.
    ///
    /// - Parameter hasStatistics: Whether its brokers are metrics too, as those of one producer.
    package func observer(hasStatistics: Bool) -> any KafkaObserver {
        ProducerObserver(self, hasStatistics: hasStatistics)
    }

    private final class ProducerObserver: KafkaObserver {
        private let metrics: KafkaMetrics
        private let hasStatistics: Bool

        init(_ metrics: KafkaMetrics, hasStatistics: Bool) {
            self.metrics = metrics
            self.hasStatistics = hasStatistics
        }

        func deliveries(to topic: String) -> (any DeliveryObserver)? {
            let cells = metrics.cells[KafkaMetrics.index(of: topic)].makeCells()
            return Deliveries(cells, metrics.buckets)
        }

        func refused(to topic: String, _ error: PublishError) {
            let row = KafkaMetrics.index(of: topic) * KafkaMetrics.errors.count
            metrics.refusals.add(at: row + KafkaMetrics.index(of: error))
        }

        var statisticsInterval: Duration? {
            hasStatistics ? StatisticsMetrics.Limits.interval : nil
        }

        func statistics(_ json: UnsafeRawBufferPointer) {
            metrics.statistics.note(json)
        }
    }

    /// The messages of one client to one topic; its client calls it with a lock held.
    private final class Deliveries: DeliveryObserver {
        private let cells: Cells
        private let buckets: Buckets

        init(_ cells: Cells, _ buckets: Buckets) {
            self.cells = cells
            self.buckets = buckets
        }

        func acknowledged(after nanoseconds: Int) {
            cells.add(1, at: Place.acknowledged)
            cells.observe(nanoseconds, row: Place.durations, buckets)
        }

        func failed(_ error: PublishError) {
            cells.add(1, at: Place.failed + KafkaMetrics.index(of: error))
        }
    }
}
