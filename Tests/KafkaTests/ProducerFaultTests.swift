import TestSupport
import Testing

@testable import Kafka

/// What becomes of messages when the broker, the network or librdkafka fails.
struct ProducerFaultTests {
    private enum Code {
        static let unknown: Int32 = -1
        static let notLeader: Int32 = 6
        static let topicAuthorizationFailed: Int32 = 29
    }

    @Test func `without a broker a message is not published, and that is known in time`()
        async throws
    {
        let kafka = try KafkaFixture()
        try await kafka.withProducer(deliveryTimeout: .seconds(1)) { producer in
            _ = try await producer.publish(kafka.message("before"))
            kafka.setReachable(false)
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("while away"))
            }
            guard case .failure(.notPublished) = result else {
                Issue.record("\(result)")
                return
            }
        }
    }

    @Test func `when the broker is back the same producer goes on`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer(deliveryTimeout: .seconds(1)) { producer in
            kafka.setReachable(false)
            _ = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("lost"))
            }
            kafka.setReachable(true)
            try await eventually("a message to be published") {
                let result = await outcome { () throws(PublishError) in
                    try await producer.publish(kafka.message("back"))
                }
                return (try? result.get()) != nil
            }
            let values = try await kafka.consume().compactMap(\.value)
            #expect(!values.contains(Array("lost".utf8)))
        }
    }

    @Test func `the broker comes back beside processes that start`() async throws {
        let kafka = try KafkaFixture()
        let spawning = Task {
            while !Task.isCancelled {
                try await onThread { for _ in 0..<10 { _ = try ChildProcess("true") } }
            }
        }
        try await onThread {
            for _ in 0..<5 {
                kafka.setReachable(false)
                kafka.setReachable(true)
            }
        }
        spawning.cancel()
        try await spawning.value
        try await kafka.withProducer { producer in
            _ = try await producer.publish(kafka.message("back"))
        }
    }

    @Test func `an error that passes is retried until the message is in`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            kafka.broker.failProduceRequests([Code.notLeader, Code.notLeader])
            let place = try await producer.publish(kafka.message("m"))
            #expect(place.offset == 0)
        }
    }

    @Test func `a refusal by the broker means not published`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            kafka.broker.failProduceRequests([Code.topicAuthorizationFailed])
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("m"))
            }
            guard case .failure(.notPublished(let reason)) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(reason.name == "TOPIC_AUTHORIZATION_FAILED")
        }
    }

    @Test func `an answer that does not come in time leaves the outcome unknown`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer(deliveryTimeout: .seconds(1)) { producer in
            _ = try await producer.publish(kafka.message("warm"))
            kafka.broker.setRoundTripTime(.seconds(5))
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("m"))
            }
            guard case .failure(.unknown) = result else {
                Issue.record("\(result)")
                return
            }
            kafka.broker.setRoundTripTime(.zero)
        }
    }

    @Test func `a full queue refuses at once`() async throws {
        let kafka = try KafkaFixture()
        let few = [KafkaProperty("queue.buffering.max.messages", "5")]
        try await kafka.withProducer(few, deliveryTimeout: .seconds(2)) { producer in
            kafka.setReachable(false)
            let results = await withTaskGroup(of: Result<Acknowledgement, PublishError>.self) {
                group in
                for _ in 0..<10 {
                    group.addTask {
                        await outcome { () throws(PublishError) in
                            try await producer.publish(kafka.message("m"))
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.count { $0 == .failure(.queueFull) } == 5)
            #expect(results.count == 10)
        }
    }

    @Test func `what of a batch finds the queue full is refused, the rest is not`() async throws {
        let kafka = try KafkaFixture()
        let few = [KafkaProperty("queue.buffering.max.messages", "5")]
        try await kafka.withProducer(few, deliveryTimeout: .seconds(2)) { producer in
            kafka.setReachable(false)
            let outcomes = await producer.publish((0..<10).map { kafka.message("\($0)") })
            #expect(outcomes[5...].allSatisfy { $0 == .failure(.queueFull) })
            #expect(!outcomes[..<5].contains(.failure(.queueFull)))
            #expect(producer.outstanding == 0)
        }
    }

    @Test func `a message beyond the limit is too large`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer([KafkaProperty("message.max.bytes", "2000")]) { producer in
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message(String(repeating: "x", count: 3000)))
            }
            #expect(result == .failure(.messageTooLarge))
        }
    }

    /// What slips in beside the stop has to be answered by it too, not by its own timeout, which is
    /// far beyond the test's.
    @Test(.timeLimit(.minutes(1)))
    func `closing answers what is published at the same moment`() async throws {
        let kafka = try KafkaFixture()
        kafka.setReachable(false)
        for _ in 0..<30 {
            let producer = try Producer(kafka.configuration(), deliveryTimeout: .seconds(600))
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        await withTaskGroup(of: Void.self) { publishes in
                            for number in 0..<500 {
                                publishes.addTask {
                                    _ = try? await producer.publish(kafka.message("\(number)"))
                                }
                            }
                        }
                    }
                }
                group.addTask { await producer.close() }
            }
            #expect(producer.outstanding == 0)
        }
    }

    @Test func `closing answers everything that is outstanding`() async throws {
        let kafka = try KafkaFixture()
        let producer = try Producer(kafka.configuration(), deliveryTimeout: .seconds(60))
        kafka.setReachable(false)
        let publishes = (0..<100).map { number in
            Task {
                await outcome { () throws(PublishError) in
                    try await producer.publish(kafka.message("\(number)"))
                }
            }
        }
        try await eventually("all to be outstanding") { producer.outstanding == 100 }
        #expect(await producer.flush(timeout: .milliseconds(20)) == 100)
        await producer.close()
        for publish in publishes {
            guard case .failure = await publish.value else {
                Issue.record("acknowledged without a broker")
                return
            }
        }
    }

    @Test func `after a fatal error another client takes over`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer(deliveryTimeout: .seconds(5)) { producer in
            _ = try await producer.publish(kafka.message("before"))
            producer.failFatally()
            try await eventually("a message to be published") {
                let result = await outcome { () throws(PublishError) in
                    try await producer.publish(kafka.message("after"))
                }
                return (try? result.get()) != nil
            }
        }
    }

    @Test func `what is outstanding at a fatal error is answered`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer(deliveryTimeout: .seconds(60)) { producer in
            kafka.setReachable(false)
            let publishes = (0..<50).map { number in
                Task {
                    await outcome { () throws(PublishError) in
                        try await producer.publish(kafka.message("\(number)"))
                    }
                }
            }
            try await eventually("all to be outstanding") { producer.outstanding == 50 }
            producer.failFatally()
            for publish in publishes {
                guard case .failure = await publish.value else {
                    Issue.record("acknowledged without a broker")
                    return
                }
            }
            kafka.setReachable(true)
        }
    }
}
