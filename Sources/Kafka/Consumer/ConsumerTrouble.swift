internal import CRdkafka

/// An error that keeps a consumer from records, and from which librdkafka tries to recover.
package struct ConsumerTrouble: Equatable, Sendable, CustomStringConvertible {
    /// The topic; `nil` when the error is about the group or the whole client.
    package let topic: String?
    /// The partition; `nil` when the error is about a whole topic.
    package let partition: Int32?
    /// The offset of the record that cannot be read, if the error is about one record.
    package let offset: Int64?
    package let error: KafkaError
    /// The group on which a right is missing, if that is the error.
    package var group: String?

    /// The place of the error, if it is about one partition.
    package var place: TopicPartition? {
        guard let topic, let partition else { return nil }
        return TopicPartition(topic: topic, partition: partition)
    }

    package var description: String { subject.map { "\($0): \(error)" } ?? "\(error)" }

    /// The error with its place in the message.
    var located: KafkaError {
        guard let subject else { return error }
        return KafkaError(rd_kafka_resp_err_t(error.code), "\(subject): \(error.message)")
    }

    /// The place of the error, and the missing right, if any.
    private var subject: String? {
        guard let topic else { return group.map { "the right Read on group \($0) is missing" } }
        let place = partition.map { "\(topic)[\($0)]" } ?? "topic \(topic)"
        let offset = offset.map { " at offset \($0)" } ?? ""
        let right = error.isAuthorization ? ": the right Read or Describe is missing" : ""
        return "\(place)\(offset)\(right)"
    }
}
