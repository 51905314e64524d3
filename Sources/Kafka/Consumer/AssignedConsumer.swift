internal import CRdkafka

/// Consumes given partitions from given offsets; nobody else's coming or going changes that.
///
/// Not thread-safe: it belongs to one task, which it blocks.
package final class AssignedConsumer {
    let consumer: ConsumerClient

    /// - Parameter groupID: The group under which offsets are committed, for lag tools.
    package init(
        _ configuration: ClientConfiguration,
        groupID: String,
        defaults: [KafkaProperty] = []
    ) throws(KafkaError) {
        consumer = try ConsumerClient(
            configuration,
            groupID: groupID,
            defaults: [
                // A hole is an error to be handled, not to be skipped.
                KafkaProperty("auto.offset.reset", "error"),
                KafkaProperty("enable.partition.eof", "true"),
                // So long it takes to be told the end of a partition, for which readiness waits.
                KafkaProperty("fetch.wait.max.ms", "250"),
            ] + defaults
        )
    }

    /// The partitions of topics; blocks.
    ///
    /// Topics that do not exist are left out.
    package func partitions(
        of topics: [String],
        timeout: Duration
    ) throws(KafkaError) -> [String: [Int32]] {
        var partitions: [String: [Int32]] = [:]
        for topic in try consumer.client.topics(topics, timeout: timeout) where topic.error == nil {
            partitions[topic.name] = topic.partitions
        }
        return partitions
    }

    /// The offsets that a partition has: from that of its oldest record to that of the next one to
    /// come; blocks.
    package func bounds(
        of partition: TopicPartition,
        timeout: Duration
    ) throws(KafkaError) -> Range<Int64> {
        var low: Int64 = 0
        var high: Int64 = 0
        let error = rd_kafka_query_watermark_offsets(
            consumer.client.raw,
            partition.topic,
            partition.partition,
            &low,
            &high,
            timeout.wholeMilliseconds
        )
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, low <= high else { throw KafkaError(error) }
        return low..<high
    }

    /// For each partition, the offset of its first record that is no older than a time; blocks.
    ///
    /// A partition without such a record is left out.
    ///
    /// - Parameter time: Milliseconds since the epoch.
    package func offsets(
        of partitions: [TopicPartition],
        notOlderThan time: Int64,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let times = partitions.map { ($0, time) }
        let list = PartitionList(Dictionary(times) { first, _ in first })
        let error = rd_kafka_offsets_for_times(
            consumer.client.raw,
            list.raw,
            timeout.wholeMilliseconds
        )
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
        return list.offsets.filter { $0.value >= 0 }
    }

    /// The offsets that the group has committed; blocks.
    ///
    /// Partitions without one are left out.
    package func committed(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let unknown = partitions.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) }
        let list = PartitionList(Dictionary(unknown) { first, _ in first })
        let error = rd_kafka_committed(consumer.client.raw, list.raw, timeout.wholeMilliseconds)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
        return list.offsets.filter { $0.value >= 0 }
    }

    /// Begins to consume.
    package func assign(_ positions: [TopicPartition: StartOffset]) throws(KafkaError) {
        let list = PartitionList(positions.mapValues(\.raw))
        let error = rd_kafka_assign(consumer.client.raw, list.raw)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
    }

    /// Waits for records for at most `timeout`, and returns all that are there.
    ///
    /// - Throws: ``KafkaError`` naming the partition, when its offset is not in the topic (any more).
    package func poll(
        maximumRecords: Int,
        timeout: Duration
    ) throws(KafkaError) -> Fetch {
        try consumer.poll(maximumRecords: maximumRecords, timeout: timeout)
    }

    /// Runs `body`; once its task is cancelled, a poll that waits ends, or else the next one that would.
    package func endingPollsWhenCancelled<Value>(
        _ body: () async throws -> Value,
        isolation: isolated (any Actor)? = #isolation
    ) async rethrows -> Value {
        try await consumer.endingPollsWhenCancelled(body)
    }

    /// Commits the offsets of the next records to Kafka, without waiting for the broker.
    package func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try consumer.commit(offsets)
    }

    package func close() { consumer.close() }
}
