internal import Kafka

/// Reads records up to a known end and hands each batch to a closure.
struct BoundedReading: BatchHandler {
    enum Limits {
        /// The largest number of records per poll, and so the largest lead of one partition over
        /// the others.
        static let recordsPerPoll = 256
        static let pollTimeout = Duration.milliseconds(200)
    }

    private let body: ([FetchedRecord]) async throws -> Void

    var recordsPerPoll: Int { Limits.recordsPerPoll }
    var pollTimeout: Duration { Limits.pollTimeout }

    /// Reads ranges of offsets in the order that ``BoundedConsumer/begin(_:)`` defines.
    ///
    /// - Parameter body: A closure that receives each batch; never an empty one.
    /// - Throws: ``KafkaError`` when the broker stays unavailable, and the errors of `body`.
    static func read(
        _ ranges: [TopicPartition: Range<Int64>],
        _ consumer: BoundedConsumer,
        _ body: @escaping ([FetchedRecord]) async throws -> Void
    ) async throws {
        try consumer.begin(ranges)
        var handler = BoundedReading(body: body)
        try await ConsumerLoop(watch: nil).run(consumer, &handler)
    }

    func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: EventTally?
    ) async throws -> [TopicPartition: Int64] {
        if !fetch.records.isEmpty { try await body(fetch.records) }
        return [:]
    }
}
