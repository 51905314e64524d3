import Kafka
import TestSupport
import Testing

@testable import Development

@Suite struct BrokerRestTests {
    private let start = ContinuousClock.now

    /// What was called, in order.
    private final class Calls {
        var all: [String] = []
    }

    private func quiet(_ rest: BrokerRest, _ calls: Calls, after seconds: Int) {
        rest.noteQuiet(now: start + .seconds(seconds)) { calls.all.append("rest at \(seconds)") }
    }

    private func traffic(_ rest: BrokerRest, _ calls: Calls) {
        rest.noteTraffic { calls.all.append("wake") }
    }

    @Test func `a broker rests once it has been quiet for long enough, and once only`() {
        let rest = BrokerRest(patience: .seconds(5))
        let calls = Calls()
        for second in 0...7 { quiet(rest, calls, after: second) }
        #expect(calls.all == ["rest at 5"])
        #expect(rest.isResting)
    }

    @Test func `traffic begins the wait anew`() {
        let rest = BrokerRest(patience: .seconds(5))
        let calls = Calls()
        quiet(rest, calls, after: 0)
        traffic(rest, calls)
        for second in 4...10 { quiet(rest, calls, after: second) }
        #expect(calls.all == ["rest at 9"])
    }

    @Test func `the first traffic wakes a broker that rests, later traffic does not`() {
        let rest = BrokerRest(patience: .seconds(5))
        let calls = Calls()
        quiet(rest, calls, after: 0)
        quiet(rest, calls, after: 5)
        traffic(rest, calls)
        traffic(rest, calls)
        #expect(calls.all == ["rest at 5", "wake"])
        #expect(!rest.isResting)
        quiet(rest, calls, after: 6)
        quiet(rest, calls, after: 11)
        #expect(calls.all == ["rest at 5", "wake", "rest at 11"])
    }
}

/// The same on a broker, over TCP.
struct EmbeddedBrokerRestTests {
    private func broker() throws -> EmbeddedBroker {
        try EmbeddedBroker(
            topics: [
                TopicSpecification(name: "events", partitions: 1, retention: .seconds(3600))
            ],
            patience: .milliseconds(100)
        )
    }

    private func configuration(
        _ broker: EmbeddedBroker,
        isKnown: Bool = true
    ) -> ClientConfiguration {
        ClientConfiguration(
            bootstrapServers: broker.bootstrapServers,
            clientID: "test",
            properties: broker.clientProperties,
            traffic: isKnown ? broker : nil
        )
    }

    /// Reads the topic's first record, after the broker has come to rest and `publish` was called
    /// on another thread.
    private func firstRecord(
        _ broker: EmbeddedBroker,
        publish: @escaping @Sendable () async throws -> Void
    ) async throws -> String {
        let configuration = configuration(broker)
        async let record = onThread {
            let consumer = try AssignedConsumer(configuration, groupID: "test")
            defer { consumer.close() }
            try consumer.assign([TopicPartition(topic: "events", partition: 0): .earliest])
            var records: [ConsumedRecord] = []
            try waitUntil("a record") {
                let fetch = try consumer.poll(maximumRecords: 10, timeout: .milliseconds(20))
                records += fetch.records.map { $0.copy() }
                return !records.isEmpty
            }
            return String(decoding: records[0].value ?? [], as: UTF8.self)
        }
        try await eventually("the broker rests") { broker.isResting }
        try await publish()
        return try await record
    }

    @Test func `a publisher of this process wakes a broker that rests`() async throws {
        let broker = try broker()
        defer { broker.stop() }
        let producer = try Producer(configuration(broker))
        let value = try await firstRecord(broker) {
            async let acknowledgement = producer.publish(
                ProducerMessage(topic: "events", key: nil, value: Array("ours".utf8))
            )
            try await eventually("the broker is awake") { !broker.isResting }
            _ = try await acknowledgement
        }
        #expect(value == "ours")
        await producer.close()
    }

    @Test func `a stranger's record reaches a consumer while the broker rests, and wakes it`()
        async throws
    {
        let broker = try broker()
        defer { broker.stop() }
        let stranger = try Producer(configuration(broker, isKnown: false))
        let value = try await firstRecord(broker) {
            _ = try await stranger.publish(
                ProducerMessage(topic: "events", key: nil, value: Array("theirs".utf8))
            )
        }
        #expect(value == "theirs")
        #expect(!broker.isResting)
        await stranger.close()
    }
}
