internal import CRdkafka

/// A queue of one partition's records, which are then not among the others of their consumer.
///
/// Owns a `rd_kafka_queue_t`; to be made before the partition is assigned, and to be gone before its
/// consumer is closed.
final class PartitionQueue {
    let partition: TopicPartition
    let raw: OpaquePointer
    /// Kept for as long as the queue, which is part of it.
    private let client: Client

    /// - Returns: `nil` when librdkafka has no such partition.
    init?(_ partition: TopicPartition, of client: Client) {
        guard
            let raw = rd_kafka_queue_get_partition(
                client.raw,
                partition.topic,
                partition.partition
            )
        else { return nil }
        self.partition = partition
        self.raw = raw
        self.client = client
        // To nobody: it is polled itself.
        rd_kafka_queue_forward(raw, nil)
    }

    deinit { rd_kafka_queue_destroy(raw) }
}
