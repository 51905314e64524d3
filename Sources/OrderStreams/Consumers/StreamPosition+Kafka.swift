internal import Kafka
internal import ReadModel

// The same place under two names: the store knows nothing of Kafka.

extension TopicPartition {
    var position: StreamPosition { StreamPosition(topic: topic, partition: partition) }
}

extension StreamPosition {
    var place: TopicPartition { TopicPartition(topic: topic, partition: partition) }
}

extension FetchedRecord {
    var streamRecord: StreamRecord {
        StreamRecord(topic: topic, partition: partition, offset: offset, value: value)
    }
}
