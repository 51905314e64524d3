package import Kafka
package import Text

/// An observer of the consumers of events, such as metrics or traces.
///
/// Calls come from the task that consumes, or from a task that publishes for it. So an
/// implementation has to return quickly and must not block. The default implementations do nothing.
/// Without an observer, a batch costs one comparison for each call.
package protocol StreamObserver: AnyObject, Sendable {
    /// Receives a report of a handled batch: all work for its records is done and acknowledged.
    ///
    /// - Parameters:
    ///   - tally: The number of records by partition and type, valid during the call.
    ///   - group: The group ID of the consumer.
    func handled(_ tally: EventTally, by group: String, in duration: Duration)

    /// Receives offsets that were handed to librdkafka, which commits them in the background.
    func committed(_ offsets: [TopicPartition: Int64], of group: String)

    /// Receives the new assignment of a consumer.
    ///
    /// - Parameter partitions: The start offset of each partition, negative if it is unknown; `nil` when
    ///   a rebalance has begun.
    func assigned(_ partitions: [TopicPartition: Int64]?, to group: String)

    /// Receives the offset of the next record of a partition: all work for those before is done.
    ///
    /// - Parameter lastRecord: The time of the last of these records, if it is known.
    func reached(
        _ offset: Int64,
        in partition: TopicPartition,
        lastRecord: Timestamp?,
        of group: String
    )

    /// Receives a dead letter that was written.
    func buried(_ letter: DeadLetter)

    /// Receives the report that a message was not published and will be tried again.
    ///
    /// - Parameters:
    ///   - message: The kind of the message, such as "a cancellation".
    ///   - attempt: The number of the failed attempt, starting at 1.
    func retries(_ message: String, after error: PublishError, attempt: Int)
}

extension StreamObserver {
    package func handled(_ tally: EventTally, by group: String, in duration: Duration) {}
    package func committed(_ offsets: [TopicPartition: Int64], of group: String) {}
    package func assigned(_ partitions: [TopicPartition: Int64]?, to group: String) {}
    package func reached(
        _ offset: Int64,
        in partition: TopicPartition,
        lastRecord: Timestamp?,
        of group: String
    ) {}
    package func buried(_ letter: DeadLetter) {}
    package func retries(_ message: String, after error: PublishError, attempt: Int) {}
}
