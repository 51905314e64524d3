/// What the Kafka clients let others observe, such as metrics and traces.
///
/// A call comes from the task or thread on which the thing has happened, so it has to return quickly and
/// must not block. Each call does nothing unless it is implemented. Without an observer, a message or a
/// poll costs one comparison.
package protocol KafkaObserver: AnyObject, Sendable {
    /// All in-sync replicas have acknowledged a message.
    ///
    /// - Parameter duration: From the call that published the message until its outcome is known, or
    ///   those of all messages that were published together.
    func delivered(to topic: String, _ acknowledgement: Acknowledgement, after duration: Duration)

    /// A message was not delivered, or its outcome is unknown.
    func failed(to topic: String, _ error: PublishError, after duration: Duration)

    /// A poll has brought records of a partition.
    func received(_ records: Int, of partition: TopicPartition)

    /// The client of a producer has failed fatally, and will be replaced.
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
