import Dispatch
import TestSupport
import Testing

@testable import Kafka

/// The embedded broker takes seconds to form a group; one test at a time is enough load.
@Suite(.serialized)
struct GroupConsumerTests {
    /// Consumes as a member until `isEnough`, committing what was read.
    private func consume(
        _ configuration: ClientConfiguration,
        until isEnough: @escaping @Sendable ([ConsumedRecord]) -> Bool
    ) async throws -> [ConsumedRecord] {
        try await onThread {
            let consumer = try GroupConsumer(
                configuration,
                groupID: "group",
                topics: [KafkaFixture.topic]
            )
            defer { consumer.close() }
            var records: [ConsumedRecord] = []
            try waitUntil(within: .seconds(60), "enough records") {
                let fetch = try consumer.poll(maximumRecords: 100, timeout: .milliseconds(50))
                records += fetch.records.map { $0.copy() }
                if !fetch.nextOffsets.isEmpty { try consumer.commit(fetch.nextOffsets) }
                return isEnough(records)
            }
            #expect(consumer.assigned?.isEmpty == false)
            return records
        }
    }

    @Test func `a later member resumes where the earlier one committed`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            for number in 0..<5 { _ = try await producer.publish(kafka.message("\(number)")) }
            let first = try await consume(kafka.configuration()) { $0.count >= 5 }
            #expect(first.map(\.offset) == [0, 1, 2, 3, 4])
            _ = try await producer.publish(kafka.message("5"))
            let second = try await consume(kafka.configuration()) { !$0.isEmpty }
            #expect(second.map(\.offset) == [5])
        }
    }

    @Test func `a member knows where it begins, and leaves at once`() async throws {
        let kafka = try KafkaFixture(partitions: 2)
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("m", key: "k"))
        }
        let configuration = kafka.configuration()
        try await onThread {
            func join(_ body: (GroupConsumer) throws -> Void) throws {
                let consumer = try GroupConsumer(
                    configuration,
                    groupID: "group",
                    topics: [KafkaFixture.topic]
                )
                defer { consumer.close() }
                #expect(consumer.assigned == nil)
                try waitUntil(within: .seconds(60), "an assignment") {
                    _ = try consumer.poll(maximumRecords: 100, timeout: .milliseconds(50))
                    return consumer.assigned != nil
                }
                try body(consumer)
            }
            let partitions = (0..<2).map {
                TopicPartition(topic: KafkaFixture.topic, partition: $0)
            }
            let first = partitions.map { ($0, Int64(0)) }
            try join { consumer in
                #expect(consumer.assigned == Dictionary(uniqueKeysWithValues: first))
                #expect(consumer.generation == 1)
                try consumer.commit([partitions[0]: 1])
            }
            try join { consumer in
                #expect(consumer.assigned?.values.sorted() == [0, 1])
            }
        }
    }

    /// Offsets that the broker does not have: its topic was made anew.
    @Test(arguments: [true, false])
    func `a committed offset that is not there is an error, unless it may be lost`(
        mayBeLost: Bool
    ) async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("m"))
        }
        let configuration = kafka.configuration()
        let partition = TopicPartition(topic: KafkaFixture.topic, partition: 0)
        try await onThread {
            let consumer = try AssignedConsumer(configuration, groupID: "group")
            try consumer.commit([partition: 9])
            try waitUntil(within: .seconds(30), "the commit") {
                try consumer.committed([partition], timeout: .seconds(5)) == [partition: 9]
            }
            consumer.close()
            let member = try GroupConsumer(
                configuration,
                groupID: "group",
                topics: [KafkaFixture.topic],
                topicsThatMayHaveLost: mayBeLost ? [KafkaFixture.topic] : []
            )
            defer { member.close() }
            var offsets: [Int64] = []
            var error: KafkaError?
            try waitUntil(within: .seconds(60), "a record, or an error") {
                do throws(KafkaError) {
                    offsets += try member.poll(maximumRecords: 9, timeout: .milliseconds(50))
                        .records.map(\.offset)
                } catch let found {
                    error = found
                }
                return !offsets.isEmpty || error != nil
            }
            #expect(offsets == (mayBeLost ? [0] : []))
            #expect(error?.isOffsetOutOfRange == (mayBeLost ? nil : true))
        }
    }

    /// Runs a member in a task that is cancelled once it has called `begun`, and waits for its end.
    ///
    /// A thread of its own cancels it: those of the tasks may all be blocked, one of them by the poll
    /// that is to end.
    private func cancelling(
        _ configuration: ClientConfiguration,
        _ body: @escaping @Sendable (GroupConsumer, _ begun: () -> Void) async throws -> Void
    ) async throws {
        let begun = DispatchSemaphore(value: 0)
        let task = Task {
            defer { begun.signal() }
            let consumer = try GroupConsumer(
                configuration,
                groupID: "group",
                topics: [KafkaFixture.topic]
            )
            defer { consumer.close() }
            try await consumer.endingPollsWhenCancelled {
                try await body(consumer) { begun.signal() }
            }
        }
        try await onThread {
            begun.wait()
            task.cancel()
        }
        try await task.value
    }

    @Test(.timeLimit(.minutes(1)))
    func `a poll that waits ends when its task is cancelled`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await cancelling(kafka.configuration()) { consumer, begun in
            begun()
            // Whether the cancellation comes before or during it.
            _ = try consumer.poll(maximumRecords: 100, timeout: .seconds(90))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a poll after the cancellation ends, even if more records are said to be there`()
        async throws
    {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("only"))
        }
        try await cancelling(kafka.configuration()) { consumer, begun in
            // It took all that it might: so it seems that there is more.
            let fetch = try consumer.poll(maximumRecords: 1, timeout: .seconds(30))
            #expect(fetch.records.count == 1)
            begun()
            // Ends with the cancellation, and not before.
            for await _ in AsyncStream<Never>.makeStream().stream {}
            _ = try consumer.poll(maximumRecords: 1, timeout: .seconds(90))
        }
    }
}
