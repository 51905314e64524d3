internal import CRdkafka

/// Consumes given partitions from given offsets, regardless of the members of the group.
///
/// Not thread-safe: the consumer belongs to one task, and blocks it.
package final class AssignedConsumer {
    let consumer: ConsumerClient

    /// The partitions that were assigned, and where consumption begins with each: negative where the
    /// broker is to say it.
    package private(set) var assigned: [TopicPartition: Int64]?
    /// Counts the assignments.
    package private(set) var generation = 0

    /// - Parameter groupID: The group under which offsets are committed, for lag tools.
    package init(
        _ configuration: ClientConfiguration,
        groupID: String,
        defaults: [KafkaProperty] = []
    ) throws(KafkaError) {
        consumer = try ConsumerClient(configuration, groupID: groupID, defaults: defaults)
    }

    /// Asks a broker for descriptions of topics; blocks.
    package func topics(
        _ names: [String],
        timeout: Duration
    ) throws(KafkaError) -> [TopicDescription] {
        try consumer.client.topics(names, timeout: timeout)
    }

    /// Returns the range of offsets of each partition, from the oldest record to the next record to
    /// come; blocks.
    ///
    /// - Throws: ``KafkaError`` with the name of a partition whose offsets are unknown.
    package func bounds(
        of partitions: some Collection<TopicPartition>,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
        let first = try offsets(of: partitions, at: Int64(RD_KAFKA_OFFSET_BEGINNING), timeout)
        let last = try offsets(of: partitions, at: Int64(RD_KAFKA_OFFSET_END), timeout)
        var bounds: [TopicPartition: Range<Int64>] = [:]
        for partition in partitions {
            guard let low = first[partition], let high = last[partition], 0...high ~= low else {
                throw KafkaError(
                    RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
                    "\(partition): its offsets are not known"
                )
            }
            bounds[partition] = low..<high
        }
        return bounds
    }

    /// - Parameter time: See ``PartitionList/lookUp(_:timeout:)``.
    private func offsets(
        of partitions: some Collection<TopicPartition>,
        at time: Int64,
        _ timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let found = try consumer.client.lookUp(Array(partitions), at: time, timeout)
        guard found.error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw consumer.client.explained(KafkaError(found.error))
        }
        if let problem = found.problem { throw problem }
        return found.offsets
    }

    /// Returns, for each partition, the offset of the first record that is not older than a time;
    /// blocks.
    ///
    /// The result does not contain partitions without such a record.
    ///
    /// - Parameter time: Milliseconds since the epoch.
    package func offsets(
        of partitions: [TopicPartition],
        notOlderThan time: Int64,
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try offsets(of: partitions, at: time, timeout).filter { $0.value >= 0 }
    }

    /// Returns the offsets that the group has committed; blocks.
    ///
    /// The result does not contain partitions without a committed offset.
    package func committed(
        _ partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let client = consumer.client
        let answer = client.questions.ask {
            [client] () -> Result<[TopicPartition: Int64], KafkaError> in
            let list = PartitionList(partitions, at: Int64(RD_KAFKA_OFFSET_INVALID))
            let error = rd_kafka_committed(client.raw, list.raw, timeout.wholeMilliseconds)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { return .failure(KafkaError(error)) }
            do throws(KafkaError) { try list.throwFirstError() } catch { return .failure(error) }
            return .success(list.offsets.filter { $0.value >= 0 })
        }
        guard let answer else { throw .givenUp }
        do throws(KafkaError) { return try answer.get() } catch { throw client.explained(error) }
    }

    /// Starts to consume.
    package func assign(_ positions: [TopicPartition: StartOffset]) throws(KafkaError) {
        let offsets = positions.mapValues(\.raw)
        let list = PartitionList(offsets)
        let error = rd_kafka_assign(consumer.client.raw, list.raw)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
        assigned = offsets
        generation += 1
    }

    /// Waits for records for at most `timeout`, and returns all records available.
    ///
    /// - Throws: ``KafkaError`` with the name of a partition that has no record at the offset (any
    ///   more).
    package func poll(
        maximumRecords: Int,
        timeout: Duration
    ) throws(KafkaError) -> Fetch {
        try consumer.poll(maximumRecords: maximumRecords, timeout: timeout)
    }

    /// Runs `body`.
    ///
    /// Cancelling its task ends the current or next poll that waits, and all questions.
    package func endingPollsWhenCancelled<Value>(
        _ body: () async throws -> Value,
        isolation: isolated (any Actor)? = #isolation
    ) async rethrows -> Value {
        try await consumer.endingPollsWhenCancelled(body)
    }

    /// Commits the offsets of the next records to Kafka without waiting for the broker.
    package func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try consumer.commit(offsets)
    }

    /// Fetches a partition again from an offset, in the background.
    package func refetch(_ partition: TopicPartition, from offset: Int64) {
        consumer.refetch(partition, from: offset)
    }

    /// The end of a partition according to the latest fetch response, including records of open
    /// transactions.
    package func knownEnd(of partition: TopicPartition) -> Int64? {
        consumer.knownEnd(of: partition)
    }

    package func close() { consumer.close() }
}
