import Synchronization
import TestSupport
import Testing

@testable import Kafka

/// Three nodes of Apache Kafka: each topic is on all of them, and one of them may be away.
@Suite(.serialized, .enabled(if: KafkaBroker.isAvailable))
struct ApacheKafkaClusterTests {
    private enum Count {
        static let messages = 3_000
        static let batch = 20
        /// So many have been acknowledged when the node is killed.
        static let beforeKill = 300
    }

    /// Publishes numbers under keys of their own, some at a time.
    private func publish(_ producer: Producer, counting acknowledged: borrowing Atomic<Int>)
        async throws
    {
        for start in stride(from: 0, to: Count.messages, by: Count.batch) {
            let messages = (start..<start + Count.batch).map { number in
                let text = Array("\(number)".utf8)
                return ProducerMessage(topic: "events", key: text, value: text)
            }
            for outcome in await producer.publish(messages) {
                _ = try outcome.get()
                acknowledged.add(1, ordering: .relaxed)
            }
        }
    }

    @Test func `a node that is killed and comes back costs no message and doubles none`()
        async throws
    {
        try await withKafka(KafkaSetup(nodes: 3)) { kafka in
            try await kafka.makeTopic("events")
            let leader = try await kafka.leader(of: "events", partition: 0)
            let producer = try Producer(kafka.configuration(), .delivering(within: .seconds(120)))
            let acknowledged = Atomic<Int>(0)
            async let publishing: Void = publish(producer, counting: acknowledged)
            try await eventually("messages before the node is killed") {
                acknowledged.load(ordering: .relaxed) >= Count.beforeKill
            }
            try await kafka.kill(leader)
            #expect(acknowledged.load(ordering: .relaxed) < Count.messages)
            try await kafka.restart(leader)
            try await publishing
            await producer.close()

            let values = try await records(kafka.configuration(), in: "events").map(\.value)
            let expected = (0..<Count.messages).map { Array("\($0)".utf8) }
            #expect(Set(values) == Set(expected))
            #expect(values.count == expected.count)
        }
    }
}
