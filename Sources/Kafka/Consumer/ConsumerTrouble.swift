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

    package var description: String {
        guard let topic else {
            let right = group.map { "the right Read on group \($0) is missing: " } ?? ""
            return "\(right)\(error)"
        }
        let place = partition.map { "\(topic)[\($0)]" } ?? "topic \(topic)"
        let offset = offset.map { " at offset \($0)" } ?? ""
        let right = error.isAuthorization ? ": the right Read or Describe is missing" : ""
        return "\(place)\(offset)\(right): \(error)"
    }
}
