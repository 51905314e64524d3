package import Kafka

/// A range of offsets that was skipped because its records can never be read.
package struct UnreadableGap {
    package let partition: TopicPartition
    package internal(set) var offsets: Range<Int64>
    package let error: KafkaError
}

/// Skips offsets at which nothing can be read, and reports each gap when it is complete.
struct UnreadableGaps {
    /// The gaps that may still grow.
    private var passing: [TopicPartition: UnreadableGap] = [:]
    private var passed: [UnreadableGap] = []

    /// Forgets the incomplete gaps, because consumption begins again.
    mutating func begin() { passing = [:] }

    /// Continues at the next offset after an unreadable one.
    ///
    /// The step is one because the end of a damaged batch is unknown. A broker answers a fetch at
    /// any offset within a batch with the whole batch.
    ///
    /// - Parameter positions: The position of each partition. It moves by one per unreadable
    ///   offset.
    mutating func pass(
        _ troubles: [ConsumerTrouble],
        _ positions: inout [TopicPartition: Int64],
        _ consumer: some ObservedConsumer
    ) {
        var unreadable: [TopicPartition: ConsumerTrouble] = [:]
        for trouble in troubles where trouble.error.isUnreadable {
            // Two reports about one partition belong to one attempt.
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
            // librdkafka reports an error once. After a seek it reports it again.
            consumer.refetch(partition, from: position + 1)
        }
    }

    /// Completes the gaps that the consumer has passed according to a poll.
    mutating func finish(_ fetch: Fetch) {
        for (partition, gap) in passing {
            let reached = max(fetch.nextOffsets[partition] ?? 0, (fetch.ends[partition] ?? -1) + 1)
            guard reached > gap.offsets.upperBound else { continue }
            passing[partition] = nil
            passed.append(gap)
        }
    }

    /// Returns the gaps that were completed since the last call.
    mutating func take() -> [UnreadableGap] {
        defer { passed = [] }
        return passed
    }
}
