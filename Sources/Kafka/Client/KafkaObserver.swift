/// What the Kafka clients let others observe, such as metrics and traces.
///
/// A call comes from the task or thread on which the thing has happened, so it has to return quickly and
/// must not block. Each call does nothing unless it is implemented. Without an observer, a message or a
/// poll costs one comparison.
package protocol KafkaObserver: AnyObject, Sendable {
    /// Returns who observes what becomes of the messages that one client sends to a topic.
    ///
    /// Called once for each client and topic.
    func deliveries(to topic: String) -> (any DeliveryObserver)?

    /// A message was refused before a client took it.
    func refused(to topic: String, _ error: PublishError)

    /// A poll has brought records of a partition.
    func received(_ records: Int, of partition: TopicPartition)

    /// The client of a producer has failed fatally, and will be replaced.
    func producerFailed(_ error: KafkaError)

    /// How often it wants ``statistics(_:)`` of a producer; `nil` for never.
    ///
    /// If it wants them, the user's `statistics.interval.ms` takes precedence.
    var statisticsInterval: Duration? { get }

    /// librdkafka has written its statistics (STATISTICS.md), a JSON text of some kilobytes.
    ///
    /// Only producers report them. Consumers are not polled while they wait, such as for a full disk,
    /// and their texts would fill the memory meanwhile.
    ///
    /// - Parameter json: The text, valid during the call.
    func statistics(_ json: UnsafeRawBufferPointer)
}

extension KafkaObserver {
    package func deliveries(to topic: String) -> (any DeliveryObserver)? { nil }
    package func refused(to topic: String, _ error: PublishError) {}
    package func received(_ records: Int, of partition: TopicPartition) {}
    package func producerFailed(_ error: KafkaError) {}
    package var statisticsInterval: Duration? { nil }
    package func statistics(_ json: UnsafeRawBufferPointer) {}
}

/// Observes what becomes of the messages that one client sends to one topic.
///
/// The client makes one call after the other, with its lock held: an implementation must not call the
/// client. For each message there is one call, when its publisher learns the outcome.
package protocol DeliveryObserver: AnyObject, Sendable {
    /// All in-sync replicas have acknowledged a message.
    ///
    /// - Parameter nanoseconds: The time since the message was published.
    func acknowledged(after nanoseconds: Int)

    /// A message was not delivered, or its outcome is unknown.
    func failed(_ error: PublishError)
}
