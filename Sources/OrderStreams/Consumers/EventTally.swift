package import Kafka
package import Orders

/// How many records of which kind there were in a batch; counted only where somebody observes.
package struct EventTally: Equatable, Sendable {
    package struct Kind: Hashable, Sendable {
        package let partition: TopicPartition
        /// `nil` when it is not known here, or the record is no event that can be processed.
        package let eventType: EventType?

        package init(_ partition: TopicPartition, _ eventType: EventType?) {
            self.partition = partition
            self.eventType = eventType
        }
    }

    package private(set) var counts: [Kind: Int] = [:]

    package init() {}

    package mutating func note(
        _ partition: TopicPartition,
        _ eventType: EventType?,
        _ count: Int = 1
    ) {
        counts[Kind(partition, eventType), default: 0] += count
    }

    /// Counts the records of a batch whose types its handler does not look at.
    mutating func fill(from fetch: Fetch) {
        guard counts.isEmpty else { return }
        for (partition, count) in fetch.counts { note(partition, nil, count) }
    }
}
