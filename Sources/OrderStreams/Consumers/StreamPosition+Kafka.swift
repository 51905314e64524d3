internal import Kafka
internal import Orders
internal import ReadModel

// Both types name the same place. The store has its own types because it does not depend on Kafka.

extension TopicPartition {
    var position: StreamPosition { StreamPosition(topic: topic, partition: partition) }
}

extension FetchedRecord {
    /// Decodes the value where it is, without a copy.
    func streamRecord(_ registry: EventRegistry) -> StreamRecord {
        withExtendedLifetime(self) {
            StreamRecord(
                topic: topic,
                partition: partition,
                offset: offset,
                event: registry.event(in: borrowedValue)
            )
        }
    }
}
