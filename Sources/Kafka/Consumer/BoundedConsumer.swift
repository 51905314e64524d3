internal import CRdkafka

/// Reads what partitions have up to given offsets, and then is done.
///
/// Not thread-safe: it belongs to one task, which it blocks.
package final class BoundedConsumer {
    package enum Limits {
        /// For a broker to answer a question.
        static let requestTimeout = Duration.seconds(5)
        /// For the next record to come, while there are some to come.
        static let stallTimeout = Duration.seconds(30)
        /// Records of one partition at a time: by so much one may be ahead of another.
        package static let recordsPerPoll = 256
        static let pollTimeout = Duration.milliseconds(200)
        /// Records of each partition that wait to be polled.
        static let prefetchKiB = 2 * 1024
    }

    private let consumer: AssignedConsumer

    /// - Parameter groupID: Nothing is committed under it, but brokers want to know who asks.
    package init(
        _ configuration: ClientConfiguration,
        groupID: String
    ) throws(KafkaError) {
        consumer = try AssignedConsumer(
            configuration,
            groupID: groupID,
            defaults: [KafkaProperty("queued.max.messages.kbytes", "\(Limits.prefetchKiB)")]
        )
    }

    deinit { consumer.close() }

    /// The partitions of topics, and from which offset to which they have records.
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
            partitions += topic.partitions.map { TopicPartition(topic: topic.name, partition: $0) }
        }
        return try consumer.bounds(of: partitions, timeout: Limits.requestTimeout)
    }

    /// For each partition, the offset of its first record that is no older than a time.
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

    /// Reads ranges of offsets: each partition in its order, and all of them about in the order of
    /// time, always going on with the one that is furthest behind.
    ///
    /// So what belongs together comes together, and whoever folds it can soon let go of it. (Kafka
    /// Streams chooses its next record in this way: KIP-353.) Offsets without a record, such as those
    /// of transaction markers, are passed over.
    ///
    /// - Parameters:
    ///   - recordsPerPoll: How many of one partition are read before another may be behind.
    ///   - body: Called with what is there, again and again.
    /// - Throws: ``KafkaError`` when the broker stays away, and what `body` throws.
    package func read(
        _ ranges: [TopicPartition: Range<Int64>],
        recordsPerPoll: Int = Limits.recordsPerPoll,
        _ body: (Fetch) async throws -> Void
    ) async throws {
        let ranges = ranges.filter { !$0.value.isEmpty }
        guard !ranges.isEmpty else { return }
        var left: [Partition] = []
        for (partition, range) in ranges {
            left.append(try Partition(partition, end: range.upperBound, of: consumer))
        }
        try consumer.assign(ranges.mapValues { .at($0.lowerBound) })
        var lastNews = ContinuousClock.now
        var trouble: ConsumerTrouble?
        while let next = left.indices.min(by: { left[$0].time < left[$1].time }) {
            try Task.checkCancellation()
            // What is not about a single partition.
            let other = try consumer.poll(maximumRecords: 1, timeout: .zero)
            guard other.records.isEmpty else {
                // It would be missing where it belongs.
                throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "a record passed by its own queue")
            }
            trouble = other.troubles.last ?? trouble
            var fetch = try consumer.consumer.poll(
                left[next].queue,
                maximumRecords: recordsPerPoll,
                timeout: Limits.pollTimeout
            )
            trouble = fetch.troubles.last ?? trouble
            // Nobody grants a right meanwhile, and nobody mends a record. What is about the group
            // does not matter here.
            if let trouble, trouble.topic != nil,
                trouble.error.isRefusal || trouble.error.isUnreadable
            {
                throw trouble.located
            }
            let isDone = left[next].take(&fetch)
            if !fetch.records.isEmpty {
                lastNews = .now
                try await body(fetch)
            } else if !isDone, lastNews + Limits.stallTimeout < .now {
                throw trouble?.located ?? KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
            }
            if isDone { left.remove(at: next) }
        }
    }

    /// A partition that is being read.
    private struct Partition {
        let queue: PartitionQueue
        private let end: Int64
        /// Of the last record that was read, in milliseconds since the epoch.
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

        /// Notes how far this has come, and leaves out what is beyond the end.
        ///
        /// - Returns: Whether there is nothing more to be read.
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
