internal import CRdkafka

/// Consumes topics as one member of a group, which shares the partitions among its members.
///
/// Not thread-safe: it belongs to one task, which it blocks.
package final class GroupConsumer {
    private let consumer: ConsumerClient

    /// Joins the group.
    ///
    /// - Parameter instanceID: Makes it a static member (KIP-345): one that is started again with the
    ///   same id takes the place of the former at once, instead of waiting until the group has got
    ///   over its death. In exchange, it does not leave the group when it closes.
    package init(
        _ configuration: ClientConfiguration,
        groupID: String,
        instanceID: String? = nil,
        topics: [String]
    ) throws(KafkaError) {
        let member = instanceID.map { [KafkaProperty("group.instance.id", $0)] } ?? []
        consumer = try ConsumerClient(
            configuration,
            groupID: groupID,
            defaults: member + [
                KafkaProperty("auto.offset.reset", "earliest"),
                // Cooperative assignors abort librdkafka 2.0.2 when a member closes while joining.
                KafkaProperty("partition.assignment.strategy", "range"),
                // A member that died hands its partitions on within this time.
                KafkaProperty("session.timeout.ms", "10000"),
                // A topic that is made after the member has joined is found within this time, not
                // only after librdkafka's five minutes.
                KafkaProperty("topic.metadata.refresh.interval.ms", "5000"),
            ]
        )
        let list = PartitionList(topics: topics)
        let error = rd_kafka_subscribe(consumer.client.raw, list.raw)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
    }

    /// Whether the group has given partitions to this member.
    package var isAssigned: Bool {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_assignment(consumer.client.raw, &list) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let list
        else { return false }
        defer { rd_kafka_topic_partition_list_destroy(list) }
        return list.pointee.cnt > 0
    }

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

    /// Runs `body`; once its task is cancelled, a poll that waits ends, or else the next one that would.
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

    /// Leaves the group, unless it is a static member; blocks until it has.
    package func close() { consumer.close() }
}
