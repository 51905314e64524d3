package import Kafka

/// What a member of a group has been given, and what it has told the group.
package struct GroupMember {
    private let consumer: GroupConsumer
    private var generation = 0
    private var committed: [TopicPartition: Int64] = [:]
    private var isNew = false

    package init(_ consumer: GroupConsumer) {
        self.consumer = consumer
    }

    /// To be called after each poll, which may have brought another assignment.
    package mutating func noteAssignment(_ standing: inout ConsumerStanding) {
        guard let assigned = consumer.assigned, consumer.generation != generation else { return }
        generation = consumer.generation
        committed = [:]
        isNew = true
        standing.begin(assigned)
    }

    /// What the group is to be told once a poll's records have been dealt with.
    ///
    /// Where nothing has come yet that is where consumption begins: so lag tools see every partition.
    package mutating func toCommit(_ fetch: Fetch) -> [TopicPartition: Int64] {
        var offsets = isNew ? (consumer.assigned ?? [:]).filter { $0.value >= 0 } : [:]
        isNew = false
        offsets.merge(fetch.positions) { $1 }
        offsets = offsets.filter { committed[$0.key] != $0.value }
        committed.merge(offsets) { $1 }
        return offsets
    }

    /// What keeps it from having consumed everything that it should.
    package func reason(_ standing: inout ConsumerStanding) -> String? {
        if let reason = standing.reason(consumer, now: .now) { return reason }
        return consumer.assigned == nil ? "waiting for the group to give out its partitions" : nil
    }
}
