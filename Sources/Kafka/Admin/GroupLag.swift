/// How far a consumer group is behind the ends of its topics.
package struct GroupLag: Equatable, Sendable {
    package let group: String
    /// The state; `nil` when the broker does not report it.
    package let state: GroupState?
    /// The number of members; `nil` when the broker does not report it.
    package let members: Int?
    /// The partitions of all topics that the group has committed or that its members consume,
    /// sorted by topic and number.
    package let partitions: [PartitionLag]

    /// The records that are not consumed yet, in the partitions for which that is known.
    package var records: Int64 { partitions.reduce(0) { $0 + ($1.records ?? 0) } }

    /// The number of partitions whose lag is not known.
    package var unknown: Int { partitions.count { $0.records == nil } }

    package init(group: String, state: GroupState?, members: Int?, partitions: [PartitionLag]) {
        self.group = group
        self.state = state
        self.members = members
        self.partitions = partitions
    }
}

/// How far a consumer group is behind in one partition.
package struct PartitionLag: Equatable, Sendable {
    package let partition: TopicPartition
    /// The offset of the next record that the group will consume; `nil` when it has not committed
    /// any.
    package let committed: Int64?
    /// The offset that the next record of the partition will have; `nil` when it is not known.
    package let end: Int64?
    /// The member that consumes the partition: its client ID and its address.
    package let member: String?
    /// What is special about the partition, as text for people.
    package let note: String?

    /// The records that are not consumed yet; `nil` when that is not known.
    package var records: Int64? {
        guard let committed, let end else { return nil }
        return max(0, end - committed)
    }

    package init(
        partition: TopicPartition,
        committed: Int64?,
        end: Int64?,
        member: String? = nil,
        note: String? = nil
    ) {
        self.partition = partition
        self.committed = committed
        self.end = end
        self.member = member
        self.note = note
    }
}

/// The result of looking at the lag of consumer groups.
package struct GroupLags: Sendable {
    /// The groups, in the order in which they were given, or sorted by name.
    package internal(set) var groups: [GroupLag] = []
    /// The groups that do not exist.
    package internal(set) var absent: [String] = []
    /// The reasons why groups are missing.
    package internal(set) var problems: [KafkaError]
}
