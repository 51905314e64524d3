internal import Kafka

/// The offsets that a consumer has committed, and the offsets that it commits next.
struct CommittedOffsets {
    private var committed: [TopicPartition: Int64] = [:]
    /// The start offsets of partitions without a commit.
    private var beginnings: [TopicPartition: Int64] = [:]

    /// Forgets everything because partitions were assigned.
    ///
    /// - Parameter assigned: The start offset of each partition; negative if it is unknown.
    mutating func begin(_ assigned: [TopicPartition: Int64]) {
        committed = [:]
        beginnings = assigned.filter { $0.value >= 0 }
    }

    /// Returns the offsets to commit now.
    ///
    /// They count as committed from now on.
    ///
    /// A partition without records is committed at its start offset, so that lag tools see it.
    ///
    /// - Parameter done: For each partition, the offset up to which all work is done.
    mutating func take(_ done: [TopicPartition: Int64]) -> [TopicPartition: Int64] {
        var offsets = beginnings
        beginnings = [:]
        offsets.merge(done) { $1 }
        offsets = offsets.filter { committed[$0.key] != $0.value }
        committed.merge(offsets) { $1 }
        return offsets
    }
}
