internal import CRdkafka

/// A queue for the records of one partition, which then do not arrive in the consumer's queue.
///
/// Owns a `rd_kafka_queue_t`. Create it before the partition is assigned, and release it before its
/// consumer is closed.
final class PartitionQueue {
    let partition: TopicPartition
    let raw: OpaquePointer
    /// The client that the queue belongs to, kept alive as long as the queue.
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
        // Forward the records to no other queue: this queue is polled itself.
        rd_kafka_queue_forward(raw, nil)
    }

    deinit { rd_kafka_queue_destroy(raw) }
}
