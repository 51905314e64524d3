internal import Kafka

/// The offsets that a group has been told of one consumer's partitions, and what it is to be told next.
struct CommittedOffsets {
    private var committed: [TopicPartition: Int64] = [:]
    /// Where consumption began with partitions that the group has been told nothing of.
    private var beginnings: [TopicPartition: Int64] = [:]

    /// Partitions were given out, and with them nothing is known any more of what was committed.
    ///
    /// - Parameter assigned: Where consumption begins with each; negative where that is not known.
    mutating func begin(_ assigned: [TopicPartition: Int64]) {
        committed = [:]
        beginnings = assigned.filter { $0.value >= 0 }
    }

    /// What the group is to be told now, which it then has been told.
    ///
    /// Where nothing has come yet that is where consumption began: so lag tools see every partition.
    ///
    /// - Parameter done: For each partition the offset up to which everything is done.
    mutating func take(_ done: [TopicPartition: Int64]) -> [TopicPartition: Int64] {
        var offsets = beginnings
        beginnings = [:]
        offsets.merge(done) { $1 }
        offsets = offsets.filter { committed[$0.key] != $0.value }
        committed.merge(offsets) { $1 }
        return offsets
    }
}
