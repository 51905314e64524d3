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
        nextOffsets = [:]
        ends = [:]
    }

    /// Updates ``nextOffsets`` from the records.
    ///
    /// Records come in long runs of one partition, so this function computes the offset once per
    /// run.
    mutating func noteOffsets() {
        nextOffsets.removeAll()
        Self.forEachRun(of: records) { first, last, _ in nextOffsets[first.place] = last.offset + 1
        }
    }

    /// How many records there are of each partition.
    package var counts: [TopicPartition: Int] {
        var counts: [TopicPartition: Int] = [:]
        Self.forEachRun(of: records) { first, _, count in counts[first.place, default: 0] += count }
        return counts
    }

    /// - Parameter body: Called with the first and the last record of each run of one partition, and how
    ///   many records it has.
    private static func forEachRun(
        of records: [FetchedRecord],
        _ body: (_ first: FetchedRecord, _ last: FetchedRecord, _ count: Int) -> Void
    ) {
        var start = 0
        while start < records.count {
            let first = records[start]
            var end = start + 1
            while end < records.count, records[end].partition == first.partition,
                records[end].topic == first.topic
            {
                end += 1
            }
            body(first, records[end - 1], end - start)
            start = end
        }
    }
}
