import Development
import TestSupport
import Testing

@testable import Kafka

struct AssignedConsumerTests {
    private func publish(_ count: Int, to kafka: KafkaFixture) async throws {
        try await kafka.withProducer { producer in
            for number in 0..<count { _ = try await producer.publish(kafka.message("\(number)")) }
        }
    }

    @Test func `consumption begins where it was told to`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await publish(10, to: kafka)
        #expect(try await kafka.consume(from: [0: .earliest]).map(\.offset) == Array(0..<10))
        #expect(try await kafka.consume(from: [0: .at(7)]).map(\.offset) == [7, 8, 9])
        #expect(try await kafka.consume(from: [0: .at(10)]).isEmpty)
        #expect(try await kafka.consume(from: [0: .latest]).isEmpty)
    }

    @Test func `an offset that the topic does not have is an error that names the partition`()
        async throws
    {
        let kafka = try KafkaFixture(partitions: 1)
        try await publish(3, to: kafka)
        await #expect {
            _ = try await kafka.consume(from: [0: .at(1000)])
        } throws: { error in
            "\(error)".contains("events[0]")
        }
    }

    private static let headers = [
        KafkaHeader(name: "a", value: [1]), KafkaHeader(name: "b", value: []),
        KafkaHeader(name: "a", value: [2, 3]), KafkaHeader(name: "null", value: nil),
    ]

    @Test func `a copy of a record outlives the poll that brought it, headers included`()
        async throws
    {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("m", headers: Self.headers))
        }
        let records = try await kafka.consume(from: [0: .earliest])
        #expect(records.map(\.headers) == [Self.headers])
        #expect(records.map(\.value) == [Array("m".utf8)])
    }

    @Test func `a header is found by its name, the first of several`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("m", headers: Self.headers))
            _ = try await producer.publish(kafka.message("without"))
        }
        let configuration = kafka.configuration()
        let found = try await onThread {
            let consumer = try AssignedConsumer(configuration, groupID: "t")
            defer { consumer.close() }
            let partition = TopicPartition(topic: KafkaFixture.topic, partition: 0)
            try consumer.assign([partition: .earliest])
            var found: [[[UInt8]?]] = []
            try waitUntil("both records") {
                let fetch = try consumer.poll(maximumRecords: 10, timeout: .milliseconds(50))
                found += fetch.records.map { record in
                    ["a", "b", "c", "null"].map { record.header($0) }
                }
                return found.count == 2
            }
            return found
        }
        #expect(found == [[[1], [], nil, nil], [nil, nil, nil, nil]])
    }

    @Test func `a header's null value is not an empty one, here and for others`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        let kcat = Kcat(bootstrapServers: kafka.broker.bootstrapServers)
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("m", headers: Self.headers))
        }
        let seen = try await kcat.records(in: KafkaFixture.topic).first?.headers ?? []
        #expect(seen.map(\.name) == ["a", "b", "a", "null"])
        #expect(seen.map { $0.value == nil } == [false, false, false, true])

        try await kcat.produce(
            "n",
            to: KafkaFixture.topic,
            headers: [("empty", ""), ("null", nil)]
        )
        #expect(
            try await kafka.consume(from: [0: .at(1)]).map(\.headers) == [
                [KafkaHeader(name: "empty", value: []), KafkaHeader(name: "null", value: nil)]
            ]
        )
    }

    /// Waiting would take until `socket.timeout.ms`, longer than the limit.
    @Test(.timeLimit(.minutes(2)))
    func `a poll that wakes its broker does not wait for one that hangs`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("m"))
        }
        let configuration = kafka.configuration([KafkaProperty("socket.timeout.ms", "300000")])
        try await onThread {
            let consumer = try AssignedConsumer(configuration, groupID: "t")
            defer { consumer.close() }
            try consumer.assign([TopicPartition(topic: KafkaFixture.topic, partition: 0): .earliest]
            )
            // It takes all that it may, so that there may be more.
            try waitUntil("the record") {
                try !consumer.poll(maximumRecords: 1, timeout: .milliseconds(5)).records.isEmpty
            }
            kafka.broker.setRoundTripTime(.seconds(3_600))
            defer { kafka.broker.setRoundTripTime(.zero) }
            for _ in 0..<5 {
                #expect(
                    try consumer.poll(maximumRecords: 1, timeout: .milliseconds(50)).records.isEmpty
                )
            }
        }
    }

    @Test func `the partitions of topics are known, and the offsets that they have`() async throws {
        let kafka = try KafkaFixture(partitions: 2)
        let configuration = kafka.configuration()
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("m", key: "k"))
        }
        let (topics, bounds) = try await onThread {
            let consumer = try AssignedConsumer(configuration, groupID: "t")
            defer { consumer.close() }
            let topics = try consumer.topics([KafkaFixture.topic], timeout: .seconds(20))
            let all = (0..<2).map { TopicPartition(topic: KafkaFixture.topic, partition: $0) }
            return (topics, try consumer.bounds(of: all, timeout: .seconds(20)))
        }
        #expect(topics.map { $0.partitions.map(\.partition) } == [[0, 1]])
        #expect(topics.first?.problem == nil)
        #expect(bounds.values.map(\.upperBound).sorted() == [0, 1])
        #expect(bounds.values.allSatisfy { $0.lowerBound == 0 })
    }

    @Test func `records that come later are delivered, after the broker was away too`() async throws
    {
        let kafka = try KafkaFixture(partitions: 1)
        let configuration = kafka.configuration()
        try await kafka.withProducer { producer in
            let reading = Task {
                try await onThread {
                    let consumer = try AssignedConsumer(configuration, groupID: "t")
                    defer { consumer.close() }
                    try consumer.assign([
                        TopicPartition(topic: KafkaFixture.topic, partition: 0): .earliest
                    ])
                    var offsets: [Int64] = []
                    try waitUntil("both records") {
                        let fetch = try consumer.poll(
                            maximumRecords: 10,
                            timeout: .milliseconds(50)
                        )
                        offsets += fetch.records.map(\.offset)
                        return offsets.count >= 2
                    }
                    return offsets
                }
            }
            _ = try await producer.publish(kafka.message("first"))
            kafka.setReachable(false)
            let second = Task { try await producer.publish(kafka.message("second")) }
            try await eventually("the message to be outstanding") { producer.outstanding == 1 }
            kafka.setReachable(true)
            _ = try await second.value
            #expect(try await reading.value == [0, 1])
        }
    }
}
