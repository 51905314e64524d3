/// A Kafka broker, ours or somebody else's.
package protocol Broker: Sendable {
    /// Where clients begin: `host:port,…`.
    var bootstrapServers: String { get }

    /// Properties that clients of this broker need.
    var clientProperties: [KafkaProperty] { get }

    /// Makes the topics that are absent; blocks.
    func createTopics(
        _ topics: [TopicSpecification],
        timeout: Duration
    ) throws(KafkaError) -> [TopicCreation]

    /// Ends a broker of ours; leaves somebody else's alone.
    func stop()
}

/// A broker that runs on its own, such as Redpanda.
package struct ExternalBroker: Broker {
    package let bootstrapServers: String
    package let clientProperties: [KafkaProperty] = []
    private let admin: AdminClient

    /// - Throws: ``KafkaError`` naming the property that cannot be used. The broker need not be
    ///   there yet.
    package init(_ configuration: ClientConfiguration) throws(KafkaError) {
        bootstrapServers = configuration.bootstrapServers
        admin = try AdminClient(configuration)
    }

    package func createTopics(
        _ topics: [TopicSpecification],
        timeout: Duration
    ) throws(KafkaError) -> [TopicCreation] {
        try admin.createTopics(topics, timeout: timeout)
    }

    package func stop() {}
}
