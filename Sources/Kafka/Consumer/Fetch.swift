/// The result of a poll.
package struct Fetch {
    /// The records, in order within each partition.
    package internal(set) var records: [FetchedRecord] = []
    /// The offset after the last of these records, for each partition.
    package internal(set) var nextOffsets: [TopicPartition: Int64] = [:]
    /// The partitions that are consumed to the end, with the offset of the next record to come.
    package internal(set) var ends: [TopicPartition: Int64] = [:]
    /// The errors, in the order of their reports.
    package internal(set) var troubles: [ConsumerTrouble] = []

    /// The position of the consumer in each partition, including entries at the end without a
    /// record, such as transaction markers.
    package var positions: [TopicPartition: Int64] {
        nextOffsets.merging(ends, uniquingKeysWith: max)
    }

    /// Updates ``nextOffsets`` from the records.
    ///
    /// Records come in long runs of one partition, so this function computes the offset once per
    /// run.
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
            nextOffsets[first.place] = last.offset + 1
        }
    }
}
