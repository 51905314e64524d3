import Development
import Synchronization
import TestSupport
import Testing

@testable import Kafka

/// What Kafka's clients tell whoever observes them.
struct KafkaObserverTests {
    private final class Recording: KafkaObserver {
        struct State {
            var delivered: [Acknowledgement] = []
            var failed: [PublishError] = []
            var received: [TopicPartition: Int] = [:]
            var failures = 0
        }

        let state = Mutex(State())

        func delivered(
            to topic: String,
            _ acknowledgement: Acknowledgement,
            after duration: Duration
        ) {
            state.withLock { $0.delivered.append(acknowledgement) }
        }

        func failed(to topic: String, _ error: PublishError, after duration: Duration) {
            state.withLock { $0.failed.append(error) }
        }

        func received(_ records: Int, of partition: TopicPartition) {
            state.withLock { $0.received[partition, default: 0] += records }
        }

        func producerFailed(_ error: KafkaError) { state.withLock { $0.failures += 1 } }
    }

    private let kafka: KafkaFixture
    private let observer = Recording()
    private let configuration: ClientConfiguration

    init() throws {
        kafka = try KafkaFixture(partitions: 1)
        configuration = ClientConfiguration(
            bootstrapServers: kafka.broker.bootstrapServers,
            clientID: "test",
            properties: kafka.broker.clientProperties,
            observer: observer
        )
    }

    @Test func `an observer learns of each message that was delivered, and of each record`()
        async throws
    {
        let producer = try Producer(configuration)
        let single = try await producer.publish(kafka.message("first"))
        let others = try await producer.publish((0..<4).map { kafka.message("\($0)") })
            .map { try $0.get() }
        #expect(observer.state.withLock { $0.delivered } == [single] + others)
        await producer.close()

        _ = try await records(configuration, in: KafkaFixture.topic, from: [0: .earliest])
        let partition = TopicPartition(topic: KafkaFixture.topic, partition: 0)
        #expect(observer.state.withLock { $0.received } == [partition: 5])
    }

    @Test func `an observer learns of messages that were not delivered, and why`() async throws {
        let producer = try Producer(configuration)
        let large = kafka.message(String(repeating: "x", count: 17 * 1024 * 1024))
        await #expect(throws: PublishError.messageTooLarge) { try await producer.publish(large) }
        await producer.close()
        await #expect(throws: PublishError.closed) {
            try await producer.publish(kafka.message("late"))
        }
        #expect(observer.state.withLock { $0.failed } == [.messageTooLarge, .closed])
        #expect(observer.state.withLock { $0.delivered } == [])
    }

    @Test func `an observer learns of a producer that has failed`() async throws {
        let producer = try Producer(configuration)
        _ = try await producer.publish(kafka.message("first"))
        producer.failFatally()
        try await eventually("the failure to be told") {
            observer.state.withLock { $0.failures } == 1
        }
        await producer.close()
    }
}
