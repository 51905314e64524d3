package import Kafka

/// The topics of the platform (`<domain>-events`); the key of every event is the ID of its order.
package enum EventTopics {
    package static let orders = "order-events"
    package static let inventory = "inventory-events"
    package static let products = "product-events"
    package static let platform = "platform-events"
    package static let deadLetters = "dead-letter-queue"

    private static let week = Duration.seconds(7 * 24 * 3600)
    private static let month = Duration.seconds(30 * 24 * 3600)

    /// The topics that this gateway publishes to or consumes.
    package static let used = [orders, inventory, deadLetters]

    /// The specifications of missing topics to create; existing topics are not changed.
    package static let specifications: [TopicSpecification] = [
        TopicSpecification(name: orders, partitions: 3, retention: week),
        TopicSpecification(name: inventory, partitions: 3, retention: week),
        TopicSpecification(name: products, partitions: 3, retention: week),
        TopicSpecification(name: platform, partitions: 1, retention: month),
        // A dead letter is larger than its original, which it may contain in base64.
        TopicSpecification(
            name: deadLetters,
            partitions: 1,
            retention: month,
            maximumMessageBytes: 16 * 1024 * 1024
        ),
    ]
}
