/// What Kafka's clients let others observe, such as metrics and traces.
///
/// A call comes on the thread on which the thing has happened, so it has to return quickly and must not
/// block. Each call does nothing unless it is implemented. Without an observer, a message or a poll costs
/// one comparison.
package protocol KafkaObserver: AnyObject, Sendable {
    /// A message was acknowledged by all in-sync replicas.
    ///
    /// - Parameter duration: From when it was to be published until its publisher is told.
    func delivered(to topic: String, _ acknowledgement: Acknowledgement, after duration: Duration)

    /// A publisher is told that its message was not delivered, or that nobody knows.
    func failed(to topic: String, _ error: PublishError, after duration: Duration)

    /// A poll has brought records of a partition.
    func received(_ records: Int, of partition: TopicPartition)

    /// A producer's client has failed for good, and is replaced.
    func producerFailed(_ error: KafkaError)
}

extension KafkaObserver {
    package func delivered(
        to topic: String,
        _ acknowledgement: Acknowledgement,
        after duration: Duration
    ) {}
    package func failed(to topic: String, _ error: PublishError, after duration: Duration) {}
    package func received(_ records: Int, of partition: TopicPartition) {}
    package func producerFailed(_ error: KafkaError) {}
}
