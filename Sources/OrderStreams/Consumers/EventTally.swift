package import Kafka
package import Orders

/// The number of records of each kind in a batch; counted only for an observer.
package struct EventTally: Equatable, Sendable {
    package struct Kind: Hashable, Sendable {
        package let partition: TopicPartition
        /// The type; `nil` for a record that is not decoded or not a known event.
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

    /// Counts the records of a batch without their types, if the handler has not counted them.
    mutating func fill(from fetch: Fetch) {
        guard counts.isEmpty else { return }
        for (partition, count) in fetch.counts { note(partition, nil, count) }
    }
}
