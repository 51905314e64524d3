import Development
import TestSupport

@testable import Kafka

/// An embedded broker with one topic, and clients for it.
final class KafkaFixture: Sendable {
    static let topic = "events"

    let broker: EmbeddedBroker

    init(partitions: Int32 = 3) throws {
        broker = try EmbeddedBroker(topics: [
            TopicSpecification(name: Self.topic, partitions: partitions, retention: .seconds(3600))
        ])
    }

    deinit { broker.stop() }

    func configuration(_ properties: [KafkaProperty] = []) -> ClientConfiguration {
        ClientConfiguration(
            bootstrapServers: broker.bootstrapServers,
            clientID: "test",
            properties: broker.clientProperties + properties
        )
    }

    func message(_ text: String, key: String? = nil, headers: [KafkaHeader] = []) -> ProducerMessage
    {
        ProducerMessage(
            topic: Self.topic,
            key: key.map { Array($0.utf8) },
            value: Array(text.utf8),
            headers: headers
        )
    }

    /// Breaks or mends the connections to the broker.
    ///
    /// It closes its listener and at once binds its port again, and ends this process when it cannot.
    func setReachable(_ isReachable: Bool) {
        withoutSpawning { broker.setReachable(isReachable) }
    }

    /// Runs a body with a producer, which is closed afterwards.
    func withProducer(
        _ properties: [KafkaProperty] = [],
        deliveryTimeout: Duration = .seconds(20),
        _ body: (Producer) async throws -> Void
    ) async throws {
        try await withProducer(.delivering(within: deliveryTimeout), properties, body)
    }

    /// The same, with options.
    func withProducer(
        _ options: ProducerOptions,
        _ properties: [KafkaProperty] = [],
        _ body: (Producer) async throws -> Void
    ) async throws {
        let producer = try Producer(configuration(properties), options)
        do {
            try await body(producer)
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
    }

    /// Publishes until a message is acknowledged.
    ///
    /// A new producer may need a second for it: librdkafka looks for a producer id every 500 ms. A
    /// test with a delivery timeout of a second starts here.
    func warmUp(_ producer: Producer) async throws {
        try await eventually("a first message to be acknowledged") {
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(message("warm"))
            }
            return (try? result.get()) != nil
        }
    }

    /// All records from given offsets to the end of each partition.
    func consume(
        from starts: [Int32: StartOffset] = [0: .earliest, 1: .earliest, 2: .earliest]
    ) async throws -> [ConsumedRecord] {
        try await records(configuration(), in: Self.topic, from: starts)
    }
}

/// All records of a topic from given offsets to the end of each partition.
func records(
    _ configuration: ClientConfiguration,
    in topic: String,
    from starts: [Int32: StartOffset] = [0: .earliest, 1: .earliest, 2: .earliest]
) async throws -> [ConsumedRecord] {
    try await onThread {
        let consumer = try AssignedConsumer(configuration, groupID: "test")
        defer { consumer.close() }
        let positions = starts.map { (TopicPartition(topic: topic, partition: $0), $1) }
        try consumer.assign(Dictionary(uniqueKeysWithValues: positions))
        var records: [ConsumedRecord] = []
        var ended: Set<TopicPartition> = []
        try waitUntil("the end of every partition") {
            let fetch = try consumer.poll(maximumRecords: 1000, timeout: .milliseconds(50))
            records += fetch.records.map { $0.copy() }
            ended.formUnion(fetch.ends.keys)
            return ended.count == starts.count
        }
        return records
    }
}

/// What a publish came to, for comparisons.
func outcome(
    of publish: () async throws(PublishError) -> Acknowledgement
) async -> Result<Acknowledgement, PublishError> {
    do throws(PublishError) {
        return .success(try await publish())
    } catch {
        return .failure(error)
    }
}
