internal import CRdkafka

/// The partitions that a group has assigned to a member, with their start offsets.
///
/// Sendable because only the polling task uses it: librdkafka calls back within the task's polls.
final class GroupAssignment: @unchecked Sendable {
    private enum Limits {
        /// The time for a broker to answer.
        static let timeout = Duration.seconds(5)
    }

    /// The topics whose partitions are consumed from the first record if the broker no longer has
    /// the committed offset.
    ///
    /// For other topics this is an error.
    private let topicsThatMayHaveLost: Set<String>

    init(topicsThatMayHaveLost: Set<String>) {
        self.topicsThatMayHaveLost = topicsThatMayHaveLost
    }

    /// The start offsets; `nil` during a rebalance, or while the client is not a member.
    private(set) var positions: [TopicPartition: Int64]?
    /// The number of assignments so far.
    private(set) var generation = 0

    /// - Parameter list: The partitions that are assigned or revoked, without offsets.
    func rebalance(
        _ client: OpaquePointer,
        _ error: rd_kafka_resp_err_t,
        _ list: PartitionList.Raw
    ) {
        guard error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS else {
            positions = nil
            rd_kafka_assign(client, nil)
            return
        }
        setOffsets(of: list, client)
        generation += 1
        positions = list.offsets
        rd_kafka_assign(client, list)
    }

    /// Sets each start offset to the committed offset, or to the first record if the group has
    /// committed none.
    ///
    /// If the broker does not answer, librdkafka asks it again.
    private func setOffsets(
        of list: PartitionList.Raw,
        _ client: OpaquePointer
    ) {
        let timeout = Limits.timeout.wholeMilliseconds
        guard rd_kafka_committed(client, list, timeout) == RD_KAFKA_RESP_ERR_NO_ERROR else {
            return
        }
        // It is unknown whether a partition with an error has an offset. librdkafka asks again.
        let known = list.elements.filter { $0.err == RD_KAFKA_RESP_ERR_NO_ERROR }
        let asked = known.filter {
            $0.offset < 0 || topicsThatMayHaveLost.contains(String(cString: $0.topic))
        }
        guard !asked.isEmpty else { return }
        let partitions = asked.map { TopicPartition($0) }
        let first = bound(of: partitions, Int64(RD_KAFKA_OFFSET_BEGINNING), client)
        let last = bound(of: partitions, Int64(RD_KAFKA_OFFSET_END), client)
        for (partition, offset) in zip(partitions, asked.map(\.offset)) {
            let low = first[partition] ?? -1
            let isThere = offset >= low && offset <= last[partition] ?? .max
            guard offset < 0 || !isThere else { continue }
            rd_kafka_topic_partition_list_set_offset(
                list,
                partition.topic,
                partition.partition,
                low >= 0 ? low : Int64(RD_KAFKA_OFFSET_BEGINNING)
            )
        }
    }

    private func bound(
        of partitions: [TopicPartition],
        _ time: Int64,
        _ client: OpaquePointer
    ) -> [TopicPartition: Int64] {
        let list = PartitionList(partitions, at: time)
        let error = list.lookUp(client, timeout: Limits.timeout)
        return error == RD_KAFKA_RESP_ERR_NO_ERROR ? list.offsets : [:]
    }
}
