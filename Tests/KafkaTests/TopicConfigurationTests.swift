import TestSupport
import Testing

@testable import Kafka

/// What brokers say of a topic's configuration, as it is read.
struct TopicConfigurationTests {
    @Test(arguments: [
        ("delete", false), ("compact", true), ("compact,delete", true), ("delete, compact", true),
        ("", false),
    ])
    func `a topic is compacted when that is one of its policies`(
        _ policy: String,
        _ isCompacted: Bool
    ) {
        let configuration = TopicConfiguration(entries: ["cleanup.policy": policy])
        #expect(configuration.isCompacted == isCompacted)
    }

    @Test func `what the broker does not tell is nil`() {
        let all = TopicConfiguration(entries: [
            "cleanup.policy": "delete", "max.message.bytes": "1048588", "retention.ms": "-1",
            "retention.bytes": "4000000000",
        ])
        #expect(all.cleanupPolicies == ["delete"])
        #expect(all.maximumMessageBytes == 1_048_588)
        #expect(all.retentionMilliseconds == -1)
        #expect(all.retentionBytes == 4_000_000_000)
        let none = TopicConfiguration(entries: ["retention.ms": "long"])
        #expect(none.cleanupPolicies.isEmpty)
        #expect(none.maximumMessageBytes == nil)
        #expect(none.retentionMilliseconds == nil)
        #expect(none.retentionBytes == nil)
    }

    @Test func `a broker without such requests says so at once`() async throws {
        let fixture = try KafkaFixture()
        let configuration = fixture.configuration()
        await #expect {
            try await onThread {
                try AdminClient(configuration)
                    .configuration(of: [KafkaFixture.topic], timeout: .seconds(30))
            }
        } throws: { error in
            (error as? KafkaError)?.isUnsupported == true
        }
    }
}
