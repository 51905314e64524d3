internal import CRdkafka

/// Consumes topics as one member of a group, which shares the partitions among its members.
///
/// Not thread-safe: it belongs to one task, which it blocks.
package final class GroupConsumer {
    private enum Limits {
        /// So often a member says that it lives, and hears that partitions are given out anew.
        static let heartbeat = Duration.seconds(1)
        /// Within this time added partitions and new topics are found.
        static let metadataAge = Duration.seconds(2)
    }

    private let consumer: ConsumerClient
    private let assignment: GroupAssignment

    /// Joins the group, as a dynamic member: one that closes leaves it at once.
    ///
    /// - Parameters:
    ///   - topicsThatMayHaveLost: Of these a partition whose committed offset the broker no
    ///     longer has is consumed from its first record; of others that is an error.
    ///   - fetchWait: Within this time records are had that are few; the longer, the less an idle member
    ///     costs. `nil` for some milliseconds.
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

    /// Finds out whether a member can be made.
    ///
    /// - Throws: ``KafkaError`` naming the property that cannot be used.
    package static func check(_ configuration: ClientConfiguration) throws(KafkaError) {
        let assignment = GroupAssignment(topicsThatMayHaveLost: [])
        try client(configuration, groupID: "check", assignment, nil).close()
    }

    /// The partitions that the group has given to this member, and where it began with each: negative
    /// where that was not known.
    ///
    /// `nil` while it is no member, or partitions are being given out anew. There may be none: then
    /// others have all.
    package var assigned: [TopicPartition: Int64]? { assignment.positions }

    /// Counts the assignments.
    package var generation: Int { assignment.generation }

    /// Waits for records for at most `timeout`, and returns all that are there.
    ///
    /// It has to be called at least every five minutes (`max.poll.interval.ms`), or the group takes
    /// the partitions away.
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

    /// Commits the offsets of the next records, without waiting for the broker.
    ///
    /// A commit that comes to nothing, such as one of partitions that have been handed on, only means
    /// that records are delivered again.
    package func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try consumer.commit(offsets)
    }

    /// What a broker says of topics; blocks.
    package func topics(
        _ names: [String],
        timeout: Duration
    ) throws(KafkaError) -> [TopicDescription] {
        try consumer.client.topics(names, timeout: timeout)
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

    /// Leaves the group; blocks until it has.
    package func close() { consumer.close() }
}
