import TestSupport
import Testing

@testable import Kafka

struct BoundedConsumerTests {
    /// Publishes numbers to two partitions: all of the first one before any of the other.
    private func publish(_ numbers: Range<Int>, _ kafka: KafkaFixture) async throws {
        try await kafka.withProducer { producer in
            for partition in [Int32(0), 1] {
                for number in numbers {
                    _ = try await producer.publish(
                        ProducerMessage(
                            topic: KafkaFixture.topic,
                            key: nil,
                            value: Array("\(number)".utf8),
                            partition: partition
                        )
                    )
                }
            }
        }
    }

    /// Reads ranges to their end.
    private func readAll(
        _ ranges: [TopicPartition: Range<Int64>],
        _ consumer: BoundedConsumer,
        recordsPerPoll: Int = 100,
        _ body: (Fetch) throws -> Void
    ) throws {
        try consumer.begin(ranges)
        while !consumer.isAtEnd {
            let fetch = try consumer.poll(
                maximumRecords: recordsPerPoll,
                timeout: .milliseconds(200)
            )
            if !fetch.records.isEmpty { try body(fetch) }
        }
    }

    private func partition(_ number: Int32) -> TopicPartition {
        TopicPartition(topic: KafkaFixture.topic, partition: number)
    }

    @Test func `ranges are read whole, each partition in its order, and nothing beyond them`()
        async throws
    {
        let kafka = try KafkaFixture(partitions: 3)
        try await publish(0..<20, kafka)
        let consumer = try BoundedConsumer(kafka.configuration(), groupID: "test")
        var read: [Int32: [Int64]] = [:]
        try readAll([partition(0): 3..<17, partition(1): 0..<5, partition(2): 0..<0], consumer) {
            for record in $0.records { read[record.partition, default: []].append(record.offset) }
        }
        #expect(read == [0: Array(3..<17), 1: Array(0..<5)])
    }

    @Test func `a partition that is behind in time is read before the others go on`() async throws {
        let kafka = try KafkaFixture(partitions: 2)
        try await publish(0..<10, kafka)
        try await publish(10..<20, kafka)
        let consumer = try BoundedConsumer(kafka.configuration(), groupID: "test")
        let bounds = try consumer.bounds(of: [KafkaFixture.topic])
        #expect(bounds == [partition(0): 0..<20, partition(1): 0..<20])
        var reached: [Int32: Int64] = [0: .min, 1: .min]
        var turns = 0
        try readAll(bounds, consumer, recordsPerPoll: 5) { fetch in
            turns += 1
            #expect(fetch.records.count <= 5)
            let first = try #require(fetch.records.first)
            let other = try #require(reached[1 - first.partition])
            #expect(try #require(reached[first.partition]) <= other || other == .max)
            let last = try #require(fetch.records.last)
            reached[first.partition] = last.offset == 19 ? .max : try #require(last.timestamp)
        }
        #expect(reached == [0: .max, 1: .max])
        #expect(turns >= 8)
    }

    @Test func `a queue that is full, emptied and filled again loses nothing`() async throws {
        let kafka = try KafkaFixture(partitions: 2)
        try await publish(0..<100, kafka)
        let consumer = try BoundedConsumer(
            kafka.configuration([
                KafkaProperty("queued.max.messages.kbytes", "1"),
                KafkaProperty("queued.min.messages", "1"),
                KafkaProperty("fetch.message.max.bytes", "512"),
            ]),
            groupID: "test"
        )
        var read: [Int32: [Int64]] = [:]
        try readAll(
            [partition(0): 0..<100, partition(1): 0..<100],
            consumer,
            recordsPerPoll: 7
        ) {
            for record in $0.records { read[record.partition, default: []].append(record.offset) }
        }
        #expect(read == [0: Array(0..<100), 1: Array(0..<100)])
    }

    @Test func `the end of a partition that is shorter than asked for ends the reading`()
        async throws
    {
        let kafka = try KafkaFixture(partitions: 2)
        try await publish(0..<3, kafka)
        let consumer = try BoundedConsumer(kafka.configuration(), groupID: "test")
        var count = 0
        try readAll([partition(0): 0..<100, partition(1): 1..<2], consumer) {
            count += $0.records.count
        }
        #expect(count == 4)
    }
}
