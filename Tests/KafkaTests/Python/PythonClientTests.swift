import TestSupport
import Testing

@testable import Kafka

/// What our producer publishes is read by Python's clients as they are: by default in no codec that
/// needs more than Python itself has.
///
/// On Apache Kafka it is a test of ``ApacheKafkaNodeTests``.
@Suite(.serialized, .enabled(if: PythonClient.isAvailable))
struct PythonClientTests {
    /// By default, and in a codec that can be asked for.
    static let codecs: [[KafkaProperty]] = [[], [KafkaProperty("compression.type", "gzip")]]

    /// Without kafka-python, which finds no broker in librdkafka's mock cluster: it asks for its
    /// versions in a form that the mock cluster refuses in one that cannot be decoded.
    @Test(arguments: [PythonClient.aiokafka, .confluentKafka], codecs)
    func `they read it on the embedded broker`(_ client: PythonClient, _ codec: [KafkaProperty])
        async throws
    {
        let kafka = try KafkaFixture(partitions: 3)
        try await client.expectReads(topic: KafkaFixture.topic, kafka.configuration(codec))
    }

    @Test(.enabled(if: NoidaBroker.isAvailable), arguments: PythonClient.allCases, codecs)
    func `they read it on an independent broker`(_ client: PythonClient, _ codec: [KafkaProperty])
        async throws
    {
        let noida = try await NoidaBroker.start()
        let configuration = ClientConfiguration(
            bootstrapServers: noida.bootstrapServers,
            clientID: "test",
            properties: codec
        )
        try await onThread {
            let topic = TopicSpecification(name: "events", partitions: 3, retention: .seconds(3600))
            _ = try AdminClient(configuration).createTopics([topic], timeout: .seconds(30))
        }
        try await client.expectReads(topic: "events", configuration)
        try await noida.kill()
    }
}
