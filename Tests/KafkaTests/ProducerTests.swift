import Synchronization
import TestSupport
import Testing

@testable import Kafka

struct ProducerTests {
    @Test func `key, value and headers come back as they were published`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer { producer in
            let headers = [
                KafkaHeader(name: "a", value: [1, 0, 2]), KafkaHeader(name: "empty", value: []),
                KafkaHeader(name: "a", value: Array("again".utf8)),
            ]
            let place = try await producer.publish(
                kafka.message("hello", key: "k", headers: headers)
            )
            let records = try await kafka.consume()
            let record = try #require(records.first)
            #expect(records.count == 1)
            #expect(record.partition == place.partition)
            #expect(record.offset == place.offset)
            #expect(record.key == Array("k".utf8))
            #expect(record.value == Array("hello".utf8))
            #expect(record.headers == headers)
        }
    }

    @Test func `messages of one key are in one partition, in their order`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer { producer in
            var places: [Acknowledgement] = []
            for number in 0..<20 {
                places.append(try await producer.publish(kafka.message("\(number)", key: "same")))
            }
            #expect(Set(places.map(\.partition)).count == 1)
            #expect(places.map(\.offset) == Array(0..<20))
        }
    }

    @Test func `ten thousand concurrent messages are each acknowledged once`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer { producer in
            let places = try await withThrowingTaskGroup(of: Acknowledgement.self) { group in
                for number in 0..<10_000 {
                    group.addTask {
                        try await producer.publish(kafka.message("m", key: "\(number)"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(places.count == 10_000)
            #expect(Set(places.map { "\($0.partition):\($0.offset)" }).count == 10_000)
            #expect(producer.outstanding == 0)
            #expect(try await kafka.consume().count == 10_000)
        }
    }

    @Test func `a batch is answered message by message, in its order`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer([KafkaProperty("message.max.bytes", "2000")]) { producer in
            let outcomes = await producer.publish([
                kafka.message("first", key: "same"),
                kafka.message(String(repeating: "x", count: 3000)),
                kafka.message("second", key: "same"),
            ])
            #expect(outcomes.count == 3)
            let first = try outcomes[0].get()
            #expect(outcomes[1] == .failure(.messageTooLarge))
            let second = try outcomes[2].get()
            #expect((first.offset, second.offset) == (0, 1))
            #expect(first.partition == second.partition)
            #expect(producer.outstanding == 0)
            #expect(await producer.publish([]).isEmpty)
        }
    }

    @Test func `the waiters of a delivery report are handed over together`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        let calls = Atomic<Int>(0)
        let producer = try Producer(
            kafka.configuration([KafkaProperty("linger.ms", "200")]),
            handOver: { work in
                calls.add(1, ordering: .relaxed)
                work()
            }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<500 {
                group.addTask { _ = try await producer.publish(kafka.message("m")) }
            }
            try await group.waitForAll()
        }
        #expect(calls.load(ordering: .relaxed) < 100)
        await producer.close()
    }

    @Test func `a closed producer takes nothing`() async throws {
        let kafka = try KafkaFixture()
        let producer = try Producer(kafka.configuration())
        await producer.close()
        await producer.close()
        let result = await outcome { () throws(PublishError) in
            try await producer.publish(kafka.message("late"))
        }
        #expect(result == .failure(.closed))
        let results = await producer.publish([kafka.message("late"), kafka.message("too")])
        #expect(results == [.failure(.closed), .failure(.closed)])
    }

    @Test func `flush waits for what is outstanding`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer { producer in
            kafka.setReachable(false)
            let publish = Task { try await producer.publish(kafka.message("m")) }
            try await eventually("the message to be outstanding") { producer.outstanding == 1 }
            kafka.setReachable(true)
            #expect(await producer.flush(timeout: .seconds(20)) == 0)
            _ = try await publish.value
        }
    }

    @Test func `a probe tells whether a broker is there`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer { producer in
            try await onThread {
                let topics = try producer.topics(
                    [KafkaFixture.topic],
                    timeout: .seconds(20)
                )
                #expect(topics.map { $0.partitions.map(\.partition) } == [[0, 1, 2]])
            }
            kafka.setReachable(false)
            await #expect(throws: KafkaError.self) {
                try await onThread {
                    _ = try producer.topics([KafkaFixture.topic], timeout: .milliseconds(300))
                }
            }
        }
    }
}
