internal import Kafka

/// Records that are read up to a known end, by whoever wants each batch of them.
struct BoundedReading: BatchHandler {
    enum Limits {
        /// Records of one partition at a time: by so much one may be ahead of another.
        static let recordsPerPoll = 256
        static let pollTimeout = Duration.milliseconds(200)
    }

    private let body: ([FetchedRecord]) async throws -> Void

    var recordsPerPoll: Int { Limits.recordsPerPoll }
    var pollTimeout: Duration { Limits.pollTimeout }

    /// Reads ranges of offsets as ``BoundedConsumer/begin(_:)`` has it.
    ///
    /// - Parameter body: Called with what is there, again and again.
    /// - Throws: ``KafkaError`` when the broker stays away, and what `body` throws.
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
        _ tally: inout EventTally?
    ) async throws -> [TopicPartition: Int64] {
        if !fetch.records.isEmpty { try await body(fetch.records) }
        return [:]
    }
}
