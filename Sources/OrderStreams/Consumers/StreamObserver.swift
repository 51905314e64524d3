package import Kafka

/// What the consumers of events let others observe, such as metrics and traces.
///
/// A call comes from the task that consumes or from a task that publishes for it, so it has to return
/// quickly and must not block. Each call does nothing unless it is implemented. Without an observer, a
/// batch costs one comparison for each call.
package protocol StreamObserver: AnyObject, Sendable {
    /// A batch was handled: everything that its records called for is done and acknowledged.
    ///
    /// - Parameters:
    ///   - tally: The number of records by partition and type.
    ///   - group: The group ID of the consumer.
    func handled(_ tally: EventTally, by group: String, in duration: Duration)

    /// Offsets were handed to librdkafka, which commits them in the background.
    func committed(_ offsets: [TopicPartition: Int64], of group: String)

    /// The assignment of a consumer has changed.
    ///
    /// - Parameter partitions: The start offset of each partition, negative if it is unknown; `nil` when
    ///   a rebalance has begun.
    func assigned(_ partitions: [TopicPartition: Int64]?, to group: String)

    /// The lag of a partition in records; reported about once a second.
    func lags(_ records: Int64, in partition: TopicPartition, of group: String)

    /// A dead letter was written.
    func buried(_ letter: DeadLetter)

    /// A message was not published, and will be tried again.
    ///
    /// - Parameters:
    ///   - message: What it is, such as "a cancellation".
    ///   - attempt: The number of the attempt that has failed, from 1.
    func retries(_ message: String, after error: PublishError, attempt: Int)
}

extension StreamObserver {
    package func handled(_ tally: EventTally, by group: String, in duration: Duration) {}
    package func committed(_ offsets: [TopicPartition: Int64], of group: String) {}
    package func assigned(_ partitions: [TopicPartition: Int64]?, to group: String) {}
    package func lags(_ records: Int64, in partition: TopicPartition, of group: String) {}
    package func buried(_ letter: DeadLetter) {}
    package func retries(_ message: String, after error: PublishError, attempt: Int) {}
}
