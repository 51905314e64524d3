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

    /// Notes that records of a partition have arrived in another way.
    ///
    /// - Parameters:
    ///   - offset: The offset after the last of these records.
    ///   - isEnd: Whether there are no more records.
    package mutating func advance(
        _ partition: TopicPartition,
        to offset: Int64,
        isEnd: Bool
    ) {
        if isEnd { ends[partition] = offset } else { nextOffsets[partition] = offset }
    }

    /// Removes all records, with their offsets.
    package mutating func removeRecords() {
        records = []
        runs = []
        nextOffsets = [:]
        ends = [:]
    }

    /// Records that follow each other in one partition.
    package struct Run {
        package let partition: TopicPartition
        /// Their indices in ``Fetch/records``.
        package let records: Range<Int>
    }

    /// The records as runs, of which there are few: records come in long runs of one partition.
    package internal(set) var runs: [Run] = []

    /// Updates ``runs`` and ``nextOffsets`` from the records.
    mutating func noteOffsets() {
        runs.removeAll()
        nextOffsets.removeAll()
        var start = 0
        while start < records.count {
            let first = records[start]
            var end = start + 1
            while end < records.count, records[end].partition == first.partition,
                records[end].topic == first.topic
            {
                end += 1
            }
            runs.append(Run(partition: first.place, records: start..<end))
            nextOffsets[first.place] = records[end - 1].offset + 1
            start = end
        }
    }
}
