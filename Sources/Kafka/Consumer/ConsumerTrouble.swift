internal import CRdkafka

/// What a consumer is told that keeps it from records, and that librdkafka goes on trying to mend.
package struct ConsumerTrouble: Equatable, Sendable, CustomStringConvertible {
    /// `nil` when it is about the group, or the client as a whole.
    package let topic: String?
    /// `nil` when it is about all of a topic.
    package let partition: Int32?
    /// Of the record that cannot be had, if it is about one.
    package let offset: Int64?
    package let error: KafkaError
    /// The one of which a right is missing, if that is what it is about.
    package var group: String?

    package var description: String { place.map { "\($0): \(error)" } ?? "\(error)" }

    /// The same, as an error that says where it happened.
    var located: KafkaError {
        guard let place else { return error }
        return KafkaError(rd_kafka_resp_err_t(error.code), "\(place): \(error.message)")
    }

    /// What it is about, and the right that is missing, if one is.
    private var place: String? {
        guard let topic else { return group.map { "the right Read on group \($0) is missing" } }
        let place = partition.map { "\(topic)[\($0)]" } ?? "topic \(topic)"
        let offset = offset.map { " at offset \($0)" } ?? ""
        let right = error.isAuthorization ? ": the right Read or Describe is missing" : ""
        return "\(place)\(offset)\(right)"
    }
}
