/// What a poll brought.
package struct Fetch {
    /// Each partition's in its order.
    package internal(set) var records: [FetchedRecord] = []
    /// For each partition of these records, the offset behind the last one.
    package internal(set) var nextOffsets: [TopicPartition: Int64] = [:]
    /// Partitions of which all records have been consumed, and the offset that the next will have.
    package internal(set) var ends: [TopicPartition: Int64] = [:]
    /// What is wrong, in the order in which it was told.
    package internal(set) var troubles: [ConsumerTrouble] = []

    /// For each partition how far it has been consumed, with what is at its end and no record, such as
    /// the markers of transactions.
    package var positions: [TopicPartition: Int64] {
        nextOffsets.merging(ends, uniquingKeysWith: max)
    }

    /// Notes what records bring their partitions to.
    ///
    /// They come in long runs of one partition: what is done for each is done once a run.
    mutating func noteOffsets() {
        nextOffsets.removeAll()
        var index = 0
        while index < records.count {
            let first = records[index]
            var last = first
            while index < records.count, records[index].partition == first.partition,
                records[index].topic == first.topic
            {
                last = records[index]
                index += 1
            }
            let partition = TopicPartition(topic: first.topic, partition: first.partition)
            nextOffsets[partition] = last.offset + 1
        }
    }
}
