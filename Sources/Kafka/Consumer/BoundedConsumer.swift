internal import CRdkafka

/// Reads partitions up to given offsets, and then ends.
///
/// Not thread-safe: the consumer belongs to one task, and blocks it.
package final class BoundedConsumer {
    private enum Limits {
        /// The time for a broker to answer a question.
        static let requestTimeout = Duration.seconds(5)
        /// The time to wait for the next record while more records are expected.
        static let stallTimeout = Duration.seconds(30)
        /// The limit of records per partition that wait to be polled.
        static let prefetchKiB = 2 * 1024
    }

    private let consumer: AssignedConsumer
    /// The partitions that have not been read to their end.
    private var left: [Partition] = []
    private var trouble: ConsumerTrouble?
    /// The time of the last record's arrival.
    private var lastNews: ContinuousClock.Instant

    /// - Parameter groupID: The group ID that brokers require; nothing is committed under it.
    package init(
        _ configuration: ClientConfiguration,
        groupID: String
    ) throws(KafkaError) {
        lastNews = configuration.now()
        consumer = try AssignedConsumer(
            configuration,
            groupID: groupID,
            defaults: [KafkaProperty("queued.max.messages.kbytes", "\(Limits.prefetchKiB)")]
        )
    }

    deinit {
        // librdkafka asks for its queues back before the consumer is closed (rdkafka.h,
        // rd_kafka_queue_get_consumer).
        left = []
        consumer.close()
    }

    /// Returns the partitions of topics, each with its range of offsets.
    ///
    /// - Throws: ``KafkaError``, also when a topic does not exist.
    package func bounds(of topics: [String]) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
        var partitions: [TopicPartition] = []
        for topic in try consumer.topics(topics, timeout: Limits.requestTimeout) {
            if let error = topic.error {
                throw error.isUnknownTopic
                    ? .topic("there is no topic \(topic.name)")
                    : KafkaError(rd_kafka_resp_err_t(error.code), topic.problem)
            }
            partitions += topic.partitions
        }
        return try consumer.bounds(of: partitions, timeout: Limits.requestTimeout)
    }

    /// Returns, for each partition, the offset of the first record that is not older than a time.
    ///
    /// - Parameter time: Milliseconds since the epoch.
    package func offsets(
        of partitions: [TopicPartition],
        notOlderThan time: Int64
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try consumer.offsets(
            of: partitions,
            notOlderThan: time,
            timeout: Limits.requestTimeout
        )
    }

    /// Begins to read ranges of offsets: each partition in its order, and all partitions roughly in
    /// time order.
    ///
    /// The next records always come from the partition that is furthest behind.
    ///
    /// Related records therefore arrive close together, and a caller that folds them can soon
    /// release them. (Kafka Streams chooses its next record in the same way: KIP-353.) Offsets
    /// without a record, such as those of transaction markers, are skipped.
    package func begin(_ ranges: [TopicPartition: Range<Int64>]) throws(KafkaError) {
        left = []
        trouble = nil
        lastNews = consumer.consumer.now()
        let ranges = ranges.filter { !$0.value.isEmpty }
        guard !ranges.isEmpty else { return }
        for (partition, range) in ranges {
            left.append(try Partition(partition, end: range.upperBound, of: consumer))
        }
        try consumer.assign(ranges.mapValues { .at($0.lowerBound) })
    }

    /// Whether all ranges have been read.
    package var isAtEnd: Bool { left.isEmpty }

    /// Waits at most `timeout` for the next records of the partition that is furthest behind, and
    /// returns the records available.
    ///
    /// - Throws: ``KafkaError`` when the broker stays unavailable, or when a record cannot be read.
    ///   The read has ended then, and only ``begin(_:)`` starts another one.
    package func poll(maximumRecords: Int, timeout: Duration) throws(KafkaError) -> Fetch {
        do throws(KafkaError) {
            return try pollFurthestBehind(maximumRecords, timeout)
        } catch {
            left = []
            throw error
        }
    }

    private func pollFurthestBehind(
        _ maximumRecords: Int,
        _ timeout: Duration
    ) throws(KafkaError) -> Fetch {
        guard let next = left.indices.min(by: { left[$0].time < left[$1].time }) else {
            return Fetch()
        }
        // Poll the consumer's own queue for events that do not belong to a single partition.
        let other = try consumer.poll(maximumRecords: 1, timeout: .zero)
        guard other.records.isEmpty else {
            // The record would be missing in its partition's sequence.
            throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "a record passed by its own queue")
        }
        trouble = other.troubles.last ?? trouble
        var fetch = try consumer.consumer.poll(
            left[next].queue,
            maximumRecords: maximumRecords,
            timeout: timeout
        )
        trouble = fetch.troubles.last ?? trouble
        // Nobody grants a right or repairs a record during the read. Errors about the group do not
        // matter here.
        if let trouble, trouble.topic != nil,
            trouble.error.isRefusal || trouble.error.isUnreadable
        {
            throw trouble.located
        }
        let isDone = left[next].take(&fetch)
        if !fetch.records.isEmpty {
            lastNews = consumer.consumer.now()
        } else if !isDone, lastNews + Limits.stallTimeout < consumer.consumer.now() {
            throw trouble?.located ?? KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        if isDone { left.remove(at: next) }
        return fetch
    }

    /// A partition during the read.
    private struct Partition {
        let queue: PartitionQueue
        private let end: Int64
        /// The time of the last record read, in milliseconds since the epoch.
        private(set) var time = Int64.min

        init(
            _ partition: TopicPartition,
            end: Int64,
            of consumer: AssignedConsumer
        ) throws(KafkaError) {
            guard let queue = PartitionQueue(partition, of: consumer.consumer.client) else {
                throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, "\(partition)")
            }
            self.queue = queue
            self.end = end
        }

        /// Notes the progress, and removes records beyond the end.
        ///
        /// - Returns: Whether the partition is read completely.
        mutating func take(_ fetch: inout Fetch) -> Bool {
            let partition = queue.partition
            let reached = fetch.nextOffsets[partition] ?? fetch.ends[partition] ?? 0
            time = max(time, fetch.records.last?.timestamp ?? time)
            if reached > end {
                fetch.records.removeAll { $0.offset >= end }
                fetch.noteOffsets()
            }
            return reached >= end || fetch.ends[partition] != nil
        }
    }
}
