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
        consumer = try ConsumerClient(configuration, groupID: groupID, defaults: defaults)
    }

    /// What a broker says of topics; blocks.
    package func topics(
        _ names: [String],
        timeout: Duration
    ) throws(KafkaError) -> [TopicDescription] {
        try consumer.client.topics(names, timeout: timeout)
    }

    /// The offsets that partitions have: from that of the oldest record to that of the next one to
    /// come; blocks.
    ///
    /// - Throws: ``KafkaError`` naming the partition of which they are not known.
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

    /// - Parameter time: As ``PartitionList/lookUp(_:timeout:)`` has it.
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
        try offsets(of: partitions, at: time, timeout).filter { $0.value >= 0 }
    }

    /// The offsets that the group has committed; blocks.
    ///
    /// Partitions without one are left out.
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

    /// Runs `body`; once its task is cancelled, a poll that waits ends, or else the next one that would,
    /// and no question is waited for.
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

    /// Fetches a partition anew from an offset, in the background.
    package func refetch(_ partition: TopicPartition, from offset: Int64) {
        consumer.refetch(partition, from: offset)
    }

    /// The end of a partition that the latest answer to a fetch told, records of open transactions
    /// included.
    package func knownEnd(of partition: TopicPartition) -> Int64? {
        consumer.knownEnd(of: partition)
    }

    package func close() { consumer.close() }
}
