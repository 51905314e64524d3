internal import CRdkafka

/// Consumes topics as one member of a group, which shares the partitions among its members.
///
/// Not thread-safe: the consumer belongs to one task, and blocks it.
package final class GroupConsumer {
    private enum Limits {
        /// The interval at which a member reports that it is alive, and learns of a rebalance.
        static let heartbeat = Duration.seconds(1)
        /// The time within which added partitions and new topics are found.
        static let metadataAge = Duration.seconds(2)
    }

    private let consumer: ConsumerClient
    private let assignment: GroupAssignment

    /// Joins the group as a dynamic member, which leaves the group at once when it closes.
    ///
    /// - Parameters:
    ///   - topicsThatMayHaveLost: The topics whose partitions are consumed from the first record if
    ///     the broker no longer has the committed offset. For other topics this is an error.
    ///   - fetchWait: The longest time for which a broker waits for more records. A longer time
    ///     reduces the cost of an idle member. `nil` for some milliseconds.
    package init(
        _ configuration: ClientConfiguration,
        groupID: String,
        topics: [String],
        topicsThatMayHaveLost: Set<String> = [],
        fetchWait: Duration? = nil
    ) throws(KafkaError) {
        assignment = GroupAssignment(topicsThatMayHaveLost: topicsThatMayHaveLost)
        consumer = try Self.client(configuration, groupID: groupID, assignment, fetchWait)
        let list = PartitionList(topics: topics)
        let error = rd_kafka_subscribe(consumer.client.raw, list.raw)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
    }

    private static func client(
        _ configuration: ClientConfiguration,
        groupID: String,
        _ assignment: GroupAssignment,
        _ fetchWait: Duration?
    ) throws(KafkaError) -> ConsumerClient {
        try ConsumerClient(
            configuration,
            groupID: groupID,
            defaults: [
                // Cooperative assignors abort librdkafka 2.0.2 when a member closes while joining.
                KafkaProperty("partition.assignment.strategy", "range"),
                KafkaProperty("heartbeat.interval.ms", "\(Limits.heartbeat.wholeMilliseconds)"),
                KafkaProperty(
                    "topic.metadata.refresh.interval.ms",
                    "\(Limits.metadataAge.wholeMilliseconds)"
                ),
            ],
            fetchWait: fetchWait ?? ConsumerClient.Limits.fetchWait,
            rebalance: { assignment.rebalance($0, $1, $2) }
        )
    }

    /// Checks whether a member can be created.
    ///
    /// - Throws: ``KafkaError`` with the name of the property that cannot be used.
    package static func check(_ configuration: ClientConfiguration) throws(KafkaError) {
        let assignment = GroupAssignment(topicsThatMayHaveLost: [])
        try client(configuration, groupID: "check", assignment, nil).close()
    }

    /// The partitions that the group has assigned to this member, with their start offsets.
    ///
    /// An offset is negative if it was unknown.
    ///
    /// `nil` during a rebalance, or while the client is not a member. Empty when other members have
    /// all partitions.
    package var assigned: [TopicPartition: Int64]? { assignment.positions }

    /// The number of assignments so far.
    package var generation: Int { assignment.generation }

    /// Fetches assigned partitions from these offsets, and no others.
    ///
    /// The member keeps all its partitions, and can commit offsets of each of them. The next
    /// assignment by the group fetches all partitions again.
    ///
    /// - Parameter positions: The offset of the next record to fetch; negative where the broker is
    ///   to say it.
    package func fetch(from positions: [TopicPartition: Int64]) throws(KafkaError) {
        let list = PartitionList(positions)
        let error = rd_kafka_assign(consumer.client.raw, list.raw)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
    }

    /// A function that ends the current or next poll that waits.
    ///
    /// Any thread may call it until the consumer is closed.
    package var interruption: @Sendable () -> Void { consumer.interruption }

    /// Waits for records for at most `timeout`, and returns all records available.
    ///
    /// Call this function at least every five minutes (`max.poll.interval.ms`). Otherwise the group
    /// revokes the partitions.
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

    /// Commits the offsets of the next records without waiting for the broker.
    ///
    /// A failed commit, such as one of partitions that now belong to another member, only means
    /// that records are delivered again.
    package func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try consumer.commit(offsets)
    }

    /// Asks a broker for descriptions of topics; blocks.
    package func topics(
        _ names: [String],
        timeout: Duration
    ) throws(KafkaError) -> [TopicDescription] {
        try consumer.client.topics(names, timeout: timeout)
    }

    /// Fetches a partition again from an offset, in the background.
    package func refetch(_ partition: TopicPartition, from offset: Int64) {
        consumer.refetch(partition, from: offset)
    }

    /// Returns the end of a partition according to the latest fetch response, including records of
    /// open transactions.
    package func knownEnd(of partition: TopicPartition) -> Int64? {
        consumer.knownEnd(of: partition)
    }

    /// Leaves the group; blocks until the member has left.
    package func close() { consumer.close() }
}
