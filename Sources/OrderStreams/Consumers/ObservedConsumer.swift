package import Kafka

/// What can be asked of a consumer about its topics.
package protocol ObservedConsumer {
    /// What a broker says of topics; blocks.
    func topics(_ names: [String], timeout: Duration) throws(KafkaError) -> [TopicDescription]

    /// Fetches a partition anew from an offset, in the background.
    func refetch(_ partition: TopicPartition, from offset: Int64)

    /// The end of a partition that the latest answer to a fetch told, records of open transactions
    /// included.
    func knownEnd(of partition: TopicPartition) -> Int64?
}

extension AssignedConsumer: ObservedConsumer {}
extension GroupConsumer: ObservedConsumer {}
