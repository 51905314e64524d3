/// What keeps a producer from publishing.
package enum ProducerTrouble: Equatable, Sendable {
    /// It has failed, and another is made in a few seconds.
    case failed(KafkaError)
    /// The broker refuses what is published to a topic, or anything when that is `nil`, or did so a few
    /// seconds ago.
    case refused(KafkaError, topic: String?)
    /// What was sent to a partition is not acknowledged.
    case unacknowledged(TopicPartition, for: Duration)
}
