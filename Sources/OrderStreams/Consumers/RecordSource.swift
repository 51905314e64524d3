package import Kafka

/// Where a ``ConsumerLoop`` has its records from.
package protocol RecordSource {
    /// Whether there are no more records to come.
    var isAtEnd: Bool { get }

    /// Waits for records for at most `timeout`, and returns all that are there; blocks.
    func poll(maximumRecords: Int, timeout: Duration) throws(KafkaError) -> Fetch
}

extension RecordSource {
    package var isAtEnd: Bool { false }
}

/// A consumer that goes on and on, and what can be asked of it about its topics.
package protocol ObservedConsumer {
    /// The partitions that it has, and where it began with each: negative where that was not known.
    ///
    /// `nil` while it has none because they are being given out.
    var assigned: [TopicPartition: Int64]? { get }

    /// Counts the assignments.
    var generation: Int { get }

    /// Commits the offsets of the next records, without waiting for the broker.
    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError)

    /// What a broker says of topics; blocks.
    func topics(_ names: [String], timeout: Duration) throws(KafkaError) -> [TopicDescription]

    /// Fetches a partition anew from an offset, in the background.
    func refetch(_ partition: TopicPartition, from offset: Int64)

    /// The end of a partition that the latest answer to a fetch told, records of open transactions
    /// included.
    func knownEnd(of partition: TopicPartition) -> Int64?
}

extension AssignedConsumer: RecordSource, ObservedConsumer {}
extension GroupConsumer: RecordSource, ObservedConsumer {}
extension BoundedConsumer: RecordSource {}
