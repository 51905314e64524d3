import Development
import Synchronization
import TestSupport
import Testing

@testable import Kafka

/// What Kafka's clients tell whoever observes them.
struct KafkaObserverTests {
    private final class Recording: KafkaObserver, DeliveryObserver {
        struct State {
            /// The topics of which deliveries are observed, one for each client.
            var topics: [String] = []
            var acknowledged: [Int] = []
            var failed: [PublishError] = []
            var refused: [PublishError] = []
            var received: [TopicPartition: Int] = [:]
            var failures = 0
            var statistics = 0
        }

        let state = Mutex(State())
        let statisticsInterval: Duration?

        init(statisticsInterval: Duration? = nil) {
            self.statisticsInterval = statisticsInterval
        }

        func statistics(_ json: UnsafeRawBufferPointer) {
            let text = String(decoding: json, as: UTF8.self)
            if text.contains(#""producer""#) { state.withLock { $0.statistics += 1 } }
        }

        func deliveries(to topic: String) -> (any DeliveryObserver)? {
            state.withLock { $0.topics.append(topic) }
            return self
        }

        func acknowledged(after nanoseconds: Int) {
            state.withLock { $0.acknowledged.append(nanoseconds) }
        }

        func failed(_ error: PublishError) { state.withLock { $0.failed.append(error) } }

        func refused(to topic: String, _ error: PublishError) {
            state.withLock { $0.refused.append(error) }
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
        _ = try await producer.publish(kafka.message("first"))
        _ = try await producer.publish((0..<4).map { kafka.message("\($0)") })
            .map { try $0.get() }
        observer.state.withLock { state in
            #expect(state.topics == [KafkaFixture.topic])
            #expect(state.acknowledged.count == 5)
            #expect(state.acknowledged.allSatisfy { $0 > 0 })
        }
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
        observer.state.withLock { state in
            #expect(state.failed == [.messageTooLarge])
            #expect(state.refused == [.closed])
            #expect(state.acknowledged == [])
        }
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

    private func configuration(
        _ observer: (any KafkaObserver)?,
        statisticsInterval: String? = nil
    ) -> ClientConfiguration {
        ClientConfiguration(
            bootstrapServers: kafka.broker.bootstrapServers,
            clientID: "test",
            properties: kafka.broker.clientProperties
                + (statisticsInterval.map { [KafkaProperty("statistics.interval.ms", $0)] } ?? []),
            observer: observer
        )
    }

    @Test(
        arguments: [(Duration.milliseconds(20), nil), (.seconds(3600), "20")]
            as [(Duration, String?)]
    )
    func `a producer tells its statistics in the observer's interval, or in the user's`(
        _ interval: Duration,
        _ said: String?
    ) async throws {
        let observer = Recording(statisticsInterval: interval)
        let producer = try Producer(configuration(observer, statisticsInterval: said))
        try await eventually("the statistics") { observer.state.withLock { $0.statistics } > 1 }
        await producer.close()
    }

    @Test func `a client whose queue nobody serves has no statistics, whatever the user says`()
        throws
    {
        let wanting = configuration(
            Recording(statisticsInterval: .milliseconds(20)),
            statisticsInterval: "20"
        )
        let unobserved = configuration(nil, statisticsInterval: "20")
        func interval(_ configuration: ClientConfiguration, servesQueue: Bool) throws -> String {
            let conf = try ClientConf(configuration, defaults: [], servesQueue: servesQueue)
            return conf["statistics.interval.ms"]
        }
        #expect(try interval(wanting, servesQueue: true) == "20")
        #expect(try interval(wanting, servesQueue: false) == "0")
        #expect(try interval(unobserved, servesQueue: true) == "0")
        #expect(try interval(unobserved, servesQueue: false) == "0")
    }
}
