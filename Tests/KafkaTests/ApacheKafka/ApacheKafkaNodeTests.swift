import TestSupport
import Testing

@testable import Kafka

/// One node of Apache Kafka, for all of these tests one after the other.
@Suite(.serialized, .enabled(if: KafkaBroker.isAvailable), .kafka())
struct ApacheKafkaNodeTests {
    @Test func `what our producer publishes our consumer reads, byte for byte`() async throws {
        let kafka = try KafkaBroker.current
        try await kafka.makeTopic("round-trip")
        let producer = try Producer(kafka.configuration(), .delivering(within: .seconds(60)))
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
        let producer = try Producer(kafka.configuration(), .delivering(within: .seconds(60)))
        let message = ProducerMessage(topic: "paused", key: [1], value: [2])
        let before = try await producer.publish(message)
        try kafka.pause(1)
        let publish = Task { try await producer.publish(message) }
        await #expect(throws: KafkaError.self) {
            try await onThread {
                _ = try producer.topics(["paused"], timeout: .milliseconds(500))
            }
        }
        try await eventually("the message to be outstanding") { producer.outstanding == 1 }
        kafka.resume(1)
        #expect(try await publish.value.offset == before.offset + 1)
        await producer.close()
    }

    @Test(arguments: [true, false])
    func `what was published is there when the node is back`(isKilled: Bool) async throws {
        let kafka = try KafkaBroker.current
        let topic = isKilled ? "killed" : "stopped"
        try await kafka.makeTopic(topic)
        let producer = try Producer(kafka.configuration(), .delivering(within: .seconds(60)))
        let message = ProducerMessage(topic: topic, key: [1], value: [2])
        let first = try await producer.publish(message)
        if isKilled { try await kafka.kill(1) } else { try await kafka.stop(1) }
        await #expect(throws: KafkaError.self) {
            try await onThread {
                _ = try producer.topics([topic], timeout: .milliseconds(500))
            }
        }
        try await kafka.restart(1)
        try await onThread { _ = try producer.topics([topic], timeout: .seconds(30)) }
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
            topics.first { $0.name == "by-tool" }?.partitions.map(\.partition)
                == [0, 1, 2, 3, 4]
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

    @Test func `a key goes where Java's own producer places it`() async throws {
        try await withSeededGenerator { generator in
            let keys =
                (1...40).map { String(decoding: RandomText.bytes($0, &generator), as: UTF8.self) }
                + (0..<100).map { _ in RandomText.uuid(&generator) }
            let kafka = try KafkaBroker.current
            try await kafka.makeTopic("by-us")
            try await kafka.makeTopic("by-java")
            let producer = try Producer(kafka.configuration(), .delivering(within: .seconds(60)))
            let messages = keys.map { key in
                ProducerMessage(topic: "by-us", key: Array(key.utf8), value: [1])
            }
            for outcome in await producer.publish(messages) { _ = try outcome.get() }
            await producer.close()
            try await kafka.run(
                .consoleProducer,
                [
                    "--topic", "by-java", "--reader-property", "parse.key=true",
                    "--reader-property", "key.separator=\t",
                ],
                input: keys.map { "\($0)\tm\n" }.joined()
            )

            let ours = try await partitions(in: "by-us")
            #expect(Set(ours.keys) == Set(keys.map { Array($0.utf8) }))
            #expect(Set(ours.values) == [0, 1, 2])
            #expect(try await partitions(in: "by-java") == ours)
        }
    }

    /// The partition of each key in a topic.
    private func partitions(in topic: String) async throws -> [[UInt8]?: Int32] {
        let records = try await records(KafkaBroker.current.configuration(), in: topic)
        return Dictionary(records.map { ($0.key, $0.partition) }) { first, _ in first }
    }

    @Test(
        .enabled(if: PythonClient.isAvailable),
        arguments: PythonClient.allCases,
        PythonClientTests.codecs
    )
    func `Python's clients read what our producer publishes`(
        _ client: PythonClient,
        _ codec: [KafkaProperty]
    ) async throws {
        let kafka = try KafkaBroker.current
        let topic = "\(client.rawValue)-\(codec.first?.value ?? "default")"
        try await kafka.makeTopic(topic)
        try await client.expectReads(topic: topic, kafka.configuration(codec))
    }
}
