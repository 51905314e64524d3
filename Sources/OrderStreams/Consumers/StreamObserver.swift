package import Kafka

/// What the consumers of events let others observe, such as metrics and traces.
///
/// Calls come in the task that consumes, or in one that publishes for it, so they have to return quickly
/// and must not block. Each call does nothing unless it is implemented. Without an observer, a batch
/// costs one comparison for each call.
package protocol StreamObserver: AnyObject, Sendable {
    /// A batch was handled: all that its records called for is done, and acknowledged.
    ///
    /// - Parameters:
    ///   - tally: Its records by partition and type.
    ///   - group: Who has consumed them.
    func handled(_ tally: EventTally, by group: String, in duration: Duration)

    /// Offsets were given to the library, which sends them to the broker in the background.
    func committed(_ offsets: [TopicPartition: Int64], of group: String)

    /// A consumer has other partitions now.
    ///
    /// - Parameter partitions: Where it begins with each, negative where that is not known; `nil` while
    ///   its group gives partitions out.
    func assigned(_ partitions: [TopicPartition: Int64]?, to group: String)

    /// How many records of a partition have not been consumed yet; told about once a second.
    func lags(_ records: Int64, in partition: TopicPartition, of group: String)

    /// A dead letter was written.
    func buried(_ letter: DeadLetter)

    /// A message was not published, and is tried again.
    ///
    /// - Parameter attempt: The one that has failed, from 1.
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
