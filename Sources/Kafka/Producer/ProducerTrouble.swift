/// A reason why a producer cannot publish.
package enum ProducerTrouble: Equatable, Sendable {
    /// The client has failed, and a new one is created in a few seconds.
    case failed(KafkaError)
    /// The broker refuses messages to a topic, or all messages when `topic` is `nil`, or did so a
    /// few seconds ago.
    case refused(KafkaError, topic: String?)
    /// Messages that were sent to a partition are not acknowledged.
    case unacknowledged(TopicPartition, for: Duration)
}
