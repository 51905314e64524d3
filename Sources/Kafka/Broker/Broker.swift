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
    package let clientProperties: [KafkaProperty] = []
    private let configuration: ClientConfiguration

    package var bootstrapServers: String { configuration.bootstrapServers }

    /// The broker need not be there yet.
    package init(_ configuration: ClientConfiguration) {
        self.configuration = configuration
    }

    /// With a client for this once: its threads would wake up for as long as the gateway runs.
    ///
    /// - Throws: ``KafkaError``, also naming the property that cannot be used.
    package func createTopics(
        _ topics: [TopicSpecification],
        timeout: Duration
    ) throws(KafkaError) -> [TopicCreation] {
        try AdminClient(configuration).createTopics(topics, timeout: timeout)
    }

    package func stop() {}
}
