package import Kafka

/// Checks whether the user's properties allow consumers to be created.
package enum ConsumerCheck {
    /// - Throws: ``KafkaError`` naming the property that cannot be used.
    package static func check(_ kafka: ClientConfiguration) throws(KafkaError) {
        try AssignedConsumer(kafka, groupID: "check").close()
        try GroupConsumer.check(kafka)
    }
}
