import TestSupport

@testable import Kafka

extension KafkaBroker {
    /// A client of the listener without names and encryption.
    func configuration(_ properties: [KafkaProperty] = []) -> ClientConfiguration {
        configuration(.plaintext, properties)
    }

    func configuration(
        _ listener: KafkaListener,
        _ properties: [KafkaProperty]
    ) -> ClientConfiguration {
        ClientConfiguration(
            bootstrapServers: bootstrapServers(listener),
            clientID: "test",
            properties: properties
        )
    }

    /// Makes a topic of three partitions.
    func makeTopic(_ name: String) async throws {
        let configuration = configuration()
        try await onThread {
            let topic = TopicSpecification(name: name, partitions: 3, retention: .seconds(3600))
            let made = try AdminClient(configuration).createTopics([topic], timeout: .seconds(30))
            guard made == [TopicCreation(name: name, isNew: true)] else {
                throw SupportError("The topic \(name) is there already.")
            }
        }
    }

    /// The node that leads a partition, by Kafka's own tool.
    func leader(of topic: String, partition: Int) async throws -> Int {
        let text = try await run(.topics, ["--describe", "--topic", topic])
        let line = text.split(separator: "\n").first { $0.contains("Partition: \(partition)\t") }
        guard let words = line?.split(whereSeparator: \.isWhitespace),
            let label = words.firstIndex(of: "Leader:"), words.indices.contains(label + 1),
            let leader = Int(words[label + 1])
        else { throw SupportError("No leader of \(topic)[\(partition)]: \(text)") }
        return leader
    }
}
