import Testing

@testable import Kafka
@testable import OrderGateway
@testable import Telemetry

struct KafkaMetricsTests {
    private let metrics = KafkaMetrics()
    private let reason = KafkaError(code: -185, "no answer")

    private var observer: any KafkaObserver { metrics.observer(hasStatistics: true) }

    private var text: String {
        let registry = MetricsRegistry()
        registry.register(metrics.families)
        return String(decoding: registry.text(.prometheus), as: UTF8.self)
    }

    private func sent(_ topic: String, _ error: String) -> String {
        let labels = #"messaging_destination_name="\#(topic)",error_type="\#(error)""#
        return "messaging_client_sent_messages_total{\(labels)}"
    }

    @Test func `messages count by topic and outcome, over all clients`() throws {
        let (first, second) = (observer, metrics.observer(hasStatistics: false))
        let deliveries = try #require(first.deliveries(to: "order-events"))
        let others = try #require(second.deliveries(to: "order-events"))
        deliveries.acknowledged(after: 3_000_000)
        others.acknowledged(after: 4_000_000)
        others.failed(.unknown(reason: reason))
        second.refused(to: "order-events", .notPublished(reason: reason))
        #expect(text.contains("\(sent("order-events", "")) 2\n"))
        #expect(text.contains("\(sent("order-events", "unknown")) 1\n"))
        #expect(text.contains("\(sent("order-events", "not_published")) 1\n"))
        #expect(metrics.acknowledged == 2)
        #expect(metrics.failed == 2)
        #expect(metrics.durations("order-events").counts[3] == 2)
    }

    @Test func `each error of a publisher has a name of its own`() throws {
        let errors: [PublishError] = [
            .notPublished(reason: reason), .queueFull, .refused(reason: reason), .messageTooLarge,
            .unknown(reason: reason), .closed,
        ]
        let deliveries = try #require(observer.deliveries(to: "order-events"))
        for error in errors { deliveries.failed(error) }
        let lines = text.split(separator: "\n").filter {
            $0.hasPrefix("messaging_client_sent_messages_total{")
        }
        #expect(lines.count == 1 + errors.count)
        #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(" 1") })
    }

    @Test func `topics of others share their series`() {
        for number in 0..<100 { observer.refused(to: "topic-\(number)", .closed) }
        #expect(text.contains("\(sent("other", "closed")) 100\n"))
        #expect(!text.contains("topic-"))
    }

    @Test func `a client that is replaced leaves its counts`() {
        for _ in 0..<50 { observer.deliveries(to: "order-events")?.acknowledged(after: 1) }
        #expect(metrics.acknowledged("order-events") == 50)
    }

    @Test func `brokers are what the last statistics say`() {
        func report(_ state: String) {
            let json = #"{"brokers":{"b":{"nodeid":7,"state":"\#(state)"}}}"#
            Array(json.utf8).withUnsafeBytes { observer.statistics($0) }
        }
        report("UP")
        #expect(text.contains(#"kafka_broker_up{client="producer",broker="7"} 1"#))
        report("DOWN")
        #expect(text.contains(#"kafka_broker_up{client="producer",broker="7"} 0"#))
        #expect(observer.statisticsInterval == .seconds(3))
        #expect(metrics.observer(hasStatistics: false).statisticsInterval == nil)
    }
}
