import TestSupport
import Testing

@testable import Kafka

/// Topics on a node of Apache Kafka whose defaults are not what events need, and which keeps rights.
@Suite(
    .serialized,
    .enabled(if: KafkaBroker.isAvailable),
    .kafka(
        KafkaSetup(
            listeners: [.saslPlaintext],
            hasACLs: true,
            properties: [
                "log.cleanup.policy": "compact", "log.retention.bytes": "1000000",
                "log.retention.ms": "60000",
            ]
        )
    )
)
struct ApacheKafkaTopicTests {
    private static let timeout = Duration.seconds(30)

    private func gateway(_ kafka: KafkaBroker) -> ClientConfiguration {
        kafka.configuration(
            .saslPlaintext,
            [
                KafkaProperty("security.protocol", "sasl_plaintext"),
                KafkaProperty("sasl.mechanism", "PLAIN"),
                KafkaProperty("sasl.username", KafkaUser.gateway.rawValue),
                KafkaProperty("sasl.password", KafkaUser.gateway.password),
            ]
        )
    }

    private func configurations(
        _ configuration: ClientConfiguration,
        of topics: [String]
    ) async throws -> [String: Result<TopicConfiguration, KafkaError>] {
        try await onThread {
            try AdminClient(configuration).configuration(of: topics, timeout: Self.timeout)
        }
    }

    private func problem(
        _ configuration: ClientConfiguration,
        with topic: String
    ) async throws -> KafkaError? {
        try await onThread {
            try AdminClient(configuration).problem(with: topic, timeout: Self.timeout)
        }
    }

    @Test func `a topic keeps its records for its time, whatever the broker's defaults are`()
        async throws
    {
        let kafka = try KafkaBroker.current
        let configuration = kafka.configuration()
        try await onThread {
            let topic = TopicSpecification(
                name: "kept",
                partitions: 1,
                retention: .seconds(7200),
                maximumMessageBytes: 3_000_000
            )
            _ = try AdminClient(configuration).createTopics([topic], timeout: Self.timeout)
        }
        try await kafka.run(.topics, ["--create", "--topic", "by-default"])
        let found = try await configurations(configuration, of: ["kept", "by-default", "none"])
        let kept = try #require(found["kept"]).get()
        #expect(kept.cleanupPolicies == ["delete"])
        #expect(kept.retentionMilliseconds == 7_200_000)
        #expect(kept.retentionBytes == -1)
        #expect(kept.maximumMessageBytes == 3_000_000)
        let other = try #require(found["by-default"]).get()
        #expect(other.isCompacted)
        #expect(other.retentionMilliseconds == 60_000)
        #expect(other.retentionBytes == 1_000_000)
        guard case .failure(let error) = found["none"] else {
            Issue.record("\(found)")
            return
        }
        #expect(error.isUnknownTopic, "\(error)")
    }

    @Test func `a right that is missing is told from a topic that is`() async throws {
        let kafka = try KafkaBroker.current
        let gateway = gateway(kafka)
        try await kafka.makeTopic("hidden")
        #expect(try await problem(kafka.configuration(), with: "hidden") == nil)
        #expect(try await problem(kafka.configuration(), with: "absent")?.isUnknownTopic == true)
        // Asking has not made it.
        #expect(try await problem(kafka.configuration(), with: "absent")?.isUnknownTopic == true)
        let hidden = try #require(try await problem(gateway, with: "hidden"))
        #expect(hidden.isAuthorization)
        #expect(
            hidden.message == "topic hidden cannot be seen: the right Describe on it is missing"
        )
        guard case .failure(let error) = try await configurations(gateway, of: ["hidden"])["hidden"]
        else {
            Issue.record("its configuration may not be read")
            return
        }
        #expect(error.isAuthorization)
        #expect(error.message == "topic hidden: the right DescribeConfigs on it is missing")
        await #expect {
            try await onThread {
                let topic = TopicSpecification(name: "new", partitions: 1, retention: .seconds(60))
                _ = try AdminClient(gateway).createTopics([topic], timeout: Self.timeout)
            }
        } throws: { error in
            (error as? KafkaError)?.isAuthorization == true && "\(error)".contains("topic new ")
                && "\(error)".contains("Describe and Create")
        }
    }
}
