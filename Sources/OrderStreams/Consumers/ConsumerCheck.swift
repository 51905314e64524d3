package import Kafka

/// Whether consumers can be made with the user's properties.
package enum ConsumerCheck {
    /// - Throws: ``KafkaError`` naming the property that cannot be used.
    package static func check(_ kafka: ClientConfiguration) throws(KafkaError) {
        try AssignedConsumer(kafka, groupID: "check").close()
        try GroupConsumer.check(kafka)
    }
}
