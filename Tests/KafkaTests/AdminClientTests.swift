import TestSupport
import Testing

@testable import Kafka

/// On an independent broker: the embedded one has no requests about topics.
@Suite(.enabled(if: NoidaBroker.isAvailable))
struct AdminClientTests {
    private let specifications = [
        TopicSpecification(name: "first", partitions: 3, retention: .seconds(3600)),
        TopicSpecification(name: "second", partitions: 1, retention: .seconds(7200)),
    ]

    @Test func `topics are made once, and listed with their partitions`() async throws {
        let noida = try await NoidaBroker.start()
        let configuration = ClientConfiguration(
            bootstrapServers: noida.bootstrapServers,
            clientID: "test"
        )
        let specifications = specifications
        try await onThread {
            let admin = try AdminClient(configuration)
            let timeout = Duration.seconds(20)
            #expect(
                try admin.createTopics([specifications[0]], timeout: timeout)
                    == [TopicCreation(name: "first", isNew: true)]
            )
            #expect(
                try admin.createTopics(specifications, timeout: timeout) == [
                    TopicCreation(name: "first", isNew: false),
                    TopicCreation(name: "second", isNew: true),
                ]
            )
            let topics = try admin.listTopics(timeout: timeout)
            #expect(topics.first { $0.name == "first" }?.partitions.map(\.partition) == [0, 1, 2])
            #expect(topics.first { $0.name == "second" }?.partitions.map(\.partition) == [0])
        }
        try await noida.stop()
    }

    @Test func `a broker that is away is an error in time`() async throws {
        let configuration = ClientConfiguration(bootstrapServers: "127.0.0.1:1", clientID: "test")
        await #expect(throws: KafkaError.self) {
            try await onThread {
                try AdminClient(configuration).listTopics(timeout: .milliseconds(300))
            }
        }
    }

    @Test func `what was published is there after the broker's restart`() async throws {
        let noida = try await NoidaBroker.start()
        let configuration = ClientConfiguration(
            bootstrapServers: noida.bootstrapServers,
            clientID: "test"
        )
        let specifications = specifications
        try await onThread {
            _ = try AdminClient(configuration).createTopics(specifications, timeout: .seconds(20))
        }
        let producer = try Producer(configuration, .delivering(within: .seconds(30)))
        let message = ProducerMessage(topic: "second", key: [1], value: [2])
        #expect(try await producer.publish(message).offset == 0)
        try await noida.restart()
        #expect(try await producer.publish(message).offset == 1)
        await producer.close()
        try await noida.stop()
    }
}
