package import Kafka

/// Offsets of a partition that were passed over, for what is there can never be read.
package struct UnreadableGap {
    package let partition: TopicPartition
    package internal(set) var offsets: Range<Int64>
    package let error: KafkaError
}

/// Passes over offsets at which nothing can be read, and tells of them once they lie behind.
struct UnreadableGaps {
    /// What is being passed over.
    private var passing: [TopicPartition: UnreadableGap] = [:]
    private var passed: [UnreadableGap] = []

    /// Consumption begins anew.
    mutating func begin() { passing = [:] }

    /// Goes on behind an offset at which nothing can be read.
    ///
    /// By one, for nobody knows where a damaged batch ends; a broker answers with the whole batch for
    /// each offset within it.
    ///
    /// - Parameter positions: How far each partition has been consumed; moved on.
    mutating func pass(
        _ troubles: [ConsumerTrouble],
        _ positions: inout [TopicPartition: Int64],
        _ consumer: some ObservedConsumer
    ) {
        var unreadable: [TopicPartition: ConsumerTrouble] = [:]
        for trouble in troubles where trouble.error.isUnreadable {
            // Told twice, it was tried once.
            if let place = trouble.place { unreadable[place] = trouble }
        }
        for (partition, trouble) in unreadable {
            let position = max(positions[partition] ?? 0, trouble.offset ?? 0)
            let start = passing[partition]?.offsets.lowerBound ?? position
            passing[partition] = UnreadableGap(
                partition: partition,
                offsets: start..<position + 1,
                error: trouble.error
            )
            positions[partition] = position + 1
            // What librdkafka has told of it before is not told any more from now on.
            consumer.refetch(partition, from: position + 1)
        }
    }

    /// What comes now is behind what was passed over.
    mutating func finish(_ fetch: Fetch) {
        for (partition, gap) in passing {
            let reached = max(fetch.nextOffsets[partition] ?? 0, (fetch.ends[partition] ?? -1) + 1)
            guard reached > gap.offsets.upperBound else { continue }
            passing[partition] = nil
            passed.append(gap)
        }
    }

    /// What was passed over since this was called last.
    mutating func take() -> [UnreadableGap] {
        defer { passed = [] }
        return passed
    }
}
