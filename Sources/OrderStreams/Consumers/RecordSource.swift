package import Kafka

/// The source of the records of a ``ConsumerLoop``.
package protocol RecordSource {
    /// Whether all records have been read.
    var isAtEnd: Bool { get }

    /// Waits at most `timeout` for records, and returns the records available; blocks.
    func poll(maximumRecords: Int, timeout: Duration) throws(KafkaError) -> Fetch
}

extension RecordSource {
    package var isAtEnd: Bool { false }
}

/// A consumer without a known end, as a ``ConsumerWatch`` uses it.
package protocol ObservedConsumer {
    /// The assigned partitions with their start offsets, which are negative if unknown.
    ///
    /// `nil` while there is no assignment, such as during a rebalance.
    var assigned: [TopicPartition: Int64]? { get }

    /// The number of assignments so far.
    var generation: Int { get }

    /// Commits the offsets of the next records without waiting for the broker.
    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError)

    /// Asks a broker about topics; blocks.
    func topics(_ names: [String], timeout: Duration) throws(KafkaError) -> [TopicDescription]

    /// Fetches a partition again from an offset, in the background.
    func refetch(_ partition: TopicPartition, from offset: Int64)

    /// Returns the end of a partition according to the latest fetch response, including records of
    /// open transactions.
    func knownEnd(of partition: TopicPartition) -> Int64?
}

extension AssignedConsumer: RecordSource, ObservedConsumer {}
extension GroupConsumer: RecordSource, ObservedConsumer {}
extension BoundedConsumer: RecordSource {}
