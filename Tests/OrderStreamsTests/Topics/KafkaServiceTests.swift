import CRdkafka
import Development
import Orders
import Synchronization
import TestSupport
import Testing

@testable import Kafka
@testable import OrderStreams
@testable import Telemetry

/// What becomes of orders that are on their way when the gateway stops.
struct KafkaServiceTests {
    private func message(_ number: Int) -> ProducerMessage {
        ProducerMessage(
            topic: EventTopics.orders,
            key: Array("\(number)".utf8),
            value: Array("order \(number)".utf8)
        )
    }

    /// A flush gives up at once in a cancelled task, and closing then gives up what is outstanding.
    @Test(.timeLimit(.minutes(2)))
    func `orders in flight are delivered before the stop ends`() async throws {
        let broker = try EmbeddedBroker(topics: EventTopics.specifications)
        defer { broker.stop() }
        let producer = try Producer(
            ClientConfiguration(
                bootstrapServers: broker.bootstrapServers,
                clientID: "test",
                properties: broker.clientProperties
            )
        )
        let gate = TopicGate(producer)
        let health = Health(parts: [.kafka])
        let service = KafkaService(
            createTopics: { topics, timeout throws(KafkaError) in
                try broker.createTopics(topics, timeout: timeout)
            },
            producer: producer,
            gate: gate,
            health: health,
            logger: Logger(label: "test", format: .text, sink: LogSink { _ in })
        )
        let running = Task { try await service.run() }
        try await eventually("Kafka to be available") { health.isReady }
        // For so long the broker keeps its answer back.
        broker.setRoundTripTime(.milliseconds(300))
        let messages = (0..<100).map { message($0) }
        let publishing = Task { await producer.publish(messages) }
        try await eventually("all to be in flight") { producer.outstanding == messages.count }

        running.cancel()
        try await running.value

        #expect(producer.outstanding == 0)
        for outcome in await publishing.value {
            guard case .success = outcome else {
                Issue.record("an order in flight was given up: \(outcome)")
                return
            }
        }
        await #expect(throws: PublishError.closed) { try await gate.publish(message(0)) }
    }

    /// Not on the embedded broker, which makes a topic as soon as somebody asks about it.
    @Test(.enabled(if: NoidaBroker.isAvailable), .timeLimit(.minutes(2)))
    func `a topic that could not be made in time is made later`() async throws {
        let broker = try await NoidaBroker.start()
        let configuration = ClientConfiguration(
            bootstrapServers: broker.bootstrapServers,
            clientID: "test"
        )
        let producer = try Producer(configuration)
        let admin = try AdminClient(configuration)
        let health = Health(parts: [.kafka])
        let attempts = Atomic(0)
        let service = KafkaService(
            createTopics: { topics, timeout throws(KafkaError) in
                if attempts.add(1, ordering: .relaxed).newValue == 1 {
                    throw KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue)
                }
                return try admin.createTopics(topics, timeout: timeout)
            },
            producer: producer,
            gate: TopicGate(producer),
            health: health,
            logger: .silent
        )
        let running = Task { try await service.run() }
        try await eventually("Kafka to be available") { health.isReady }
        running.cancel()
        try await running.value
        #expect(attempts.load(ordering: .relaxed) > 1)
        try await broker.stop()
    }
}
