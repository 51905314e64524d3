internal import CRdkafka

/// Reads what partitions have up to given offsets, and then is done.
///
/// Not thread-safe: it belongs to one task, which it blocks.
package final class BoundedConsumer {
    package enum Limits {
        /// For a broker to answer a question.
        static let requestTimeout = Duration.seconds(10)
        /// For the next record to come, while there are some to come.
        static let stallTimeout = Duration.seconds(30)
        static let recordsPerPoll = 10_000
        static let pollTimeout = Duration.milliseconds(200)
    }

    private let consumer: AssignedConsumer

    /// - Parameter groupID: Nothing is committed under it, but brokers want to know who asks.
    package init(
        _ configuration: ClientConfiguration,
        groupID: String,
        readsHeaders: Bool
    ) throws(KafkaError) {
        consumer = try AssignedConsumer(
            configuration,
            groupID: groupID,
            readsHeaders: readsHeaders
        )
    }

    deinit { consumer.close() }

    /// The partitions of topics, and from which offset to which they have records.
    ///
    /// - Throws: ``KafkaError``, also when a topic does not exist.
    package func bounds(of topics: [String]) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
        let found = try consumer.partitions(of: topics, timeout: Limits.requestTimeout)
        var bounds: [TopicPartition: Range<Int64>] = [:]
        for topic in topics {
            guard let partitions = found[topic], !partitions.isEmpty else {
                throw KafkaError(
                    RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                    "there is no topic \(topic)"
                )
            }
            for partition in partitions {
                let partition = TopicPartition(topic: topic, partition: partition)
                bounds[partition] = try consumer.bounds(
                    of: partition,
                    timeout: Limits.requestTimeout
                )
            }
        }
        return bounds
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

    /// Reads ranges of offsets, each partition in its order.
    ///
    /// Offsets without a record, such as those of transaction markers, are passed over.
    ///
    /// - Parameter body: Called with what is there, again and again.
    /// - Throws: ``KafkaError`` when the broker stays away, and what `body` throws.
    package func read(
        _ ranges: [TopicPartition: Range<Int64>],
        _ body: ([ConsumedRecord]) async throws -> Void
    ) async throws {
        var left = ranges.filter { !$0.value.isEmpty }
        guard !left.isEmpty else { return }
        try consumer.assign(left.mapValues { .at($0.lowerBound) })
        var lastNews = ContinuousClock.now
        var trouble: KafkaError?
        while !left.isEmpty {
            try Task.checkCancellation()
            let events = try consumer.poll(
                maximumRecords: Limits.recordsPerPoll,
                timeout: Limits.pollTimeout
            )
            var records: [ConsumedRecord] = []
            records.reserveCapacity(events.count)
            for event in events {
                switch event {
                case .record(let record):
                    let partition = TopicPartition(topic: record.topic, partition: record.partition)
                    guard let range = left[partition] else { continue }
                    if record.offset < range.upperBound { records.append(record) }
                    if record.offset + 1 >= range.upperBound { left[partition] = nil }
                case .endOfPartition(let partition, _): left[partition] = nil
                case .trouble(let error): trouble = error
                }
            }
            if !records.isEmpty {
                lastNews = .now
                try await body(records)
            } else if lastNews + Limits.stallTimeout < .now {
                throw trouble ?? KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
            }
        }
    }
}
