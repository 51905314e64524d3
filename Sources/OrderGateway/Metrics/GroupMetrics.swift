internal import Kafka
internal import Orders
internal import OrderStreams
internal import Telemetry
internal import Text

/// The metrics of one consumer, which makes all calls about batches in its task.
final class GroupMetrics: StreamObserver {
    let group: String
    let topics: [String]
    private let metrics: StreamMetrics
    private let countsFailures: Bool
    private let buckets = Buckets.latencies
    private let typeCount = EventType.allCases.count + 1
    /// The number of records of each topic, then the durations by topic and type.
    private let sums: CellGroup
    private let cells: Cells

    init(
        _ group: String,
        _ topics: [String],
        _ metrics: StreamMetrics,
        countsFailures: Bool
    ) {
        self.group = group
        self.topics = topics
        self.metrics = metrics
        self.countsFailures = countsFailures
        sums = CellGroup(cellCount: topics.count * (1 + typeCount * buckets.cellCount))
        cells = sums.makeCells()
    }

    func consumed(_ topic: Int) -> Int { sums.sum(at: topic) }

    func durations(_ topic: Int, _ type: Int) -> HistogramSnapshot {
        sums.histogram(row: row(topic, type), buckets)
    }

    private func row(_ topic: Int, _ type: Int) -> Int {
        topics.count + (topic * typeCount + type) * buckets.cellCount
    }

    func handled(_ tally: EventTally, by group: String, in duration: Duration) {
        let all = tally.parts.reduce(0) { $0 + $1.decoded }
        let share = Int(duration / .nanoseconds(1)) / max(1, all)
        for part in tally.parts {
            guard let topic = topics.firstIndex(of: part.partition.topic) else { continue }
            cells.add(part.decoded + part.passed, at: topic)
            for (type, count) in part.counts.enumerated() where count > 0 {
                cells.observe(share, row: row(topic, type), buckets, times: count)
            }
        }
        if countsFailures { for failure in tally.failures { metrics.noteFailure(failure) } }
    }

    func reached(
        _ offset: Int64,
        in partition: TopicPartition,
        lastRecord: Timestamp?,
        of group: String
    ) {
        metrics.lag.reached(offset, in: partition, lastRecord: lastRecord, of: group)
    }

    func assigned(_ partitions: [TopicPartition: Int64]?, to group: String) {
        metrics.lag.assigned(partitions ?? [:], to: group)
    }

    func buried(_ letter: DeadLetter) { metrics.deadLetters.note(letter) }

    func retries(_ message: String, after error: PublishError, attempt: Int) {
        metrics.noteRetry(message)
    }
}
