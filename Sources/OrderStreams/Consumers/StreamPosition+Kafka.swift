internal import Kafka
internal import ReadModel

// Both types name the same place. The store has its own types because it does not depend on Kafka.

extension TopicPartition {
    var position: StreamPosition { StreamPosition(topic: topic, partition: partition) }
}

extension FetchedRecord {
    var streamRecord: StreamRecord {
        StreamRecord(topic: topic, partition: partition, offset: offset, value: value)
    }
}
