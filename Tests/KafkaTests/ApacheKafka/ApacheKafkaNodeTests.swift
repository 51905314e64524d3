import TestSupport
import Testing

@testable import Kafka

/// One node of Apache Kafka, for all of these tests one after the other.
@Suite(.serialized, .enabled(if: KafkaBroker.isAvailable), .kafka())
struct ApacheKafkaNodeTests {
    @Test func `what our producer publishes our consumer reads, byte for byte`() async throws {
        let kafka = try KafkaBroker.current
        try await kafka.makeTopic("round-trip")
        let producer = try Producer(kafka.configuration(), deliveryTimeout: .seconds(60))
        let headers = [
            KafkaHeader(name: "a", value: [1, 0, 2]), KafkaHeader(name: "empty", value: []),
            KafkaHeader(name: "null", value: nil),
        ]
        let messages = (0..<500).map { number in
            ProducerMessage(
                topic: "round-trip",
                key: Array("key \(number)".utf8),
                value: number == 0 ? nil : Array("value \(number)".utf8),
                headers: headers
            )
        }
        for outcome in await producer.publish(messages) { _ = try outcome.get() }
        await producer.close()

        let records = try await records(kafka.configuration(), in: "round-trip")
        #expect(Set(records.map(\.key)) == Set(messages.map(\.key)))
        #expect(records.count == messages.count)
        #expect(Set(records.map(\.partition)) == [0, 1, 2])
        #expect(records.allSatisfy { $0.headers == headers })
        #expect(Set(records.map(\.value)) == Set(messages.map(\.value)))
    }

    @Test func `a node that is paused answers nothing, and goes on when it is resumed`()
        async throws
    {
        let kafka = try KafkaBroker.current
        try await kafka.makeTopic("paused")
        let producer = try Producer(kafka.configuration(), deliveryTimeout: .seconds(60))
        let message = ProducerMessage(topic: "paused", key: [1], value: [2])
        let before = try await producer.publish(message)
        kafka.pause(1)
        let publish = Task { try await producer.publish(message) }
        await #expect(throws: KafkaError.self) {
            try await onThread {
                try producer.probe(topic: "paused", timeout: .milliseconds(500))
            }
        }
        #expect(producer.outstanding == 1)
        kafka.resume(1)
        #expect(try await publish.value.offset == before.offset + 1)
        await producer.close()
    }

    @Test(arguments: [true, false])
    func `what was published is there when the node is back`(isKilled: Bool) async throws {
        let kafka = try KafkaBroker.current
        let topic = isKilled ? "killed" : "stopped"
        try await kafka.makeTopic(topic)
        let producer = try Producer(kafka.configuration(), deliveryTimeout: .seconds(60))
        let message = ProducerMessage(topic: topic, key: [1], value: [2])
        let first = try await producer.publish(message)
        if isKilled { try await kafka.kill(1) } else { try await kafka.stop(1) }
        await #expect(throws: KafkaError.self) {
            try await onThread { try producer.probe(topic: topic, timeout: .milliseconds(500)) }
        }
        try await kafka.restart(1)
        #expect(try await producer.publish(message).offset == first.offset + 1)
        await producer.close()
        #expect(try await records(kafka.configuration(), in: topic).count == 2)
    }

    @Test func `Kafka's own tools do what they do, or say why not`() async throws {
        let kafka = try KafkaBroker.current
        let arguments = ["--create", "--topic", "by-tool", "--partitions", "5"]
        try await kafka.run(.topics, arguments + ["--config", "cleanup.policy=compact"])
        let configuration = kafka.configuration()
        let topics = try await onThread {
            try AdminClient(configuration).listTopics(timeout: .seconds(30))
        }
        #expect(
            topics.contains(TopicDescription(name: "by-tool", partitions: [0, 1, 2, 3, 4]))
        )
        let configs = try await kafka.run(
            .configs,
            ["--describe", "--entity-type", "topics", "--entity-name", "by-tool"]
        )
        #expect(configs.contains("cleanup.policy=compact"))
        await #expect {
            try await kafka.run(.topics, arguments)
        } throws: { error in
            "\(error)".contains("already exists")
        }
    }
}
