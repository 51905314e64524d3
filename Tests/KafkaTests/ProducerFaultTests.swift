import Development
import TestSupport
import Testing

@testable import Kafka

/// What becomes of messages when the broker, the network or librdkafka fails.
struct ProducerFaultTests {
    private enum Code {
        static let unknown: Int32 = -1
        static let notLeader: Int32 = 6
        static let tooLarge: Int32 = 10
        static let topicAuthorizationFailed: Int32 = 29
    }

    @Test func `without a broker a message is not published, and that is known in time`()
        async throws
    {
        let kafka = try KafkaFixture()
        try await kafka.withProducer(deliveryTimeout: .seconds(1)) { producer in
            try await kafka.warmUp(producer)
            kafka.setReachable(false)
            try await expectUnreachable(producer)
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("while away"))
            }
            guard case .failure(.notPublished(let reason)) = result else {
                Issue.record("\(result)")
                return
            }
            // librdkafka's own words, with the address.
            #expect(reason.message.contains("Connection refused"), "\(reason)")
            #expect(reason.message.contains(kafka.broker.bootstrapServers), "\(reason)")
        }
    }

    private func expectUnreachable(_ producer: Producer) async throws {
        try await eventually("nobody to answer") {
            try await onThread {
                do {
                    _ = try producer.topics([KafkaFixture.topic], timeout: .milliseconds(300))
                    return false
                } catch {
                    return true
                }
            }
        }
    }

    @Test func `when the broker is back the same producer goes on`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer(deliveryTimeout: .seconds(1)) { producer in
            kafka.setReachable(false)
            try await expectUnreachable(producer)
            _ = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("lost"))
            }
            kafka.setReachable(true)
            try await eventually("a broker to answer") {
                try await onThread {
                    do {
                        _ = try producer.topics([KafkaFixture.topic], timeout: .seconds(1))
                        return true
                    } catch {
                        return false
                    }
                }
            }
            try await kafka.warmUp(producer)
            let values = try await kafka.consume().compactMap(\.value)
            #expect(!values.contains(Array("lost".utf8)))
        }
    }

    /// librdkafka goes on with it: otherwise it might send it a second time under a new epoch.
    @Test func `what was sent and not acknowledged in time is in the topic once`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer(deliveryTimeout: .seconds(1)) { producer in
            try await kafka.warmUp(producer)
            kafka.broker.setRoundTripTime(.seconds(3))
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("late"))
            }
            guard case .failure(.unknown) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(producer.outstanding == 1)
            kafka.broker.setRoundTripTime(.zero)
            #expect(await producer.flush(timeout: .seconds(30)) == 0)
            let values = try await kafka.consume(from: [0: .earliest]).compactMap(\.value)
            #expect(values.count { $0 == Array("late".utf8) } == 1)
        }
    }

    /// The broker's limit is about a batch.
    @Test func `of a batch that is too large each message is sent again, alone`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        let patient = [KafkaProperty("linger.ms", "300")]
        try await kafka.withProducer(patient) { producer in
            kafka.broker.failProduceRequests([Code.tooLarge])
            let outcomes = await producer.publish((0..<5).map { kafka.message("\($0)") })
            for outcome in outcomes { #expect(throws: Never.self) { try outcome.get() } }
            let values = try await kafka.consume(from: [0: .earliest]).compactMap(\.value)
            #expect(Set(values) == Set((0..<5).map { Array("\($0)".utf8) }))
            #expect(values.count == 5)
        }
    }

    @Test func `one that is too large alone is that`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            kafka.broker.failProduceRequests([Code.tooLarge, Code.tooLarge])
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("m"))
            }
            #expect(result == .failure(.messageTooLarge))
        }
    }

    @Test func `batches are limited to what the topic takes, and nothing is lost`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer { producer in
            let text = String(repeating: "x", count: 100)
            let publishing = Task {
                await producer.publish((0..<1_000).map { kafka.message("\($0)" + text) })
            }
            producer.limitBatches(to: 2_000)
            for outcome in await publishing.value {
                #expect(throws: Never.self) { try outcome.get() }
            }
            _ = try await producer.publish(kafka.message("after"))
            #expect(try await kafka.consume(from: [0: .earliest]).count == 1_001)
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

    @Test func `a refusal by the broker is one, and trouble until a message is taken`() async throws
    {
        let kafka = try KafkaFixture(partitions: 1)
        // It may take long where many tests run.
        var options = ProducerOptions.delivering(within: .seconds(60))
        options.refusalMemory = .seconds(3600)
        try await kafka.withProducer(options) { producer in
            kafka.broker.failProduceRequests([Code.topicAuthorizationFailed])
            let result = await outcome { () throws(PublishError) in
                try await producer.publish(kafka.message("m"))
            }
            guard case .failure(.refused(let reason)) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(reason.name == "TOPIC_AUTHORIZATION_FAILED")
            #expect(reason.message == "the right Write on topic \(KafkaFixture.topic) is missing")
            #expect(producer.trouble == .refused(reason, topic: KafkaFixture.topic))
            // librdkafka refuses by itself from then on, until it is told of the topic anew.
            try await onThread {
                _ = try producer.topics([KafkaFixture.topic], timeout: .seconds(20))
            }
            _ = try await producer.publish(kafka.message("m"))
            #expect(producer.trouble == nil)
        }
    }

    @Test func `an answer that does not come in time leaves the outcome unknown`() async throws {
        let kafka = try KafkaFixture(partitions: 1)
        try await kafka.withProducer(deliveryTimeout: .seconds(1)) { producer in
            try await kafka.warmUp(producer)
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
            let producer = try Producer(kafka.configuration(), .delivering(within: .seconds(600)))
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
        let producer = try Producer(kafka.configuration(), .delivering(within: .seconds(60)))
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

    @Test(.timeLimit(.minutes(1)))
    func `a flush ends although the configured clock stands still`() async throws {
        let kafka = try KafkaFixture()
        let start = ContinuousClock.now
        let configuration = ClientConfiguration(
            bootstrapServers: kafka.broker.bootstrapServers,
            clientID: "test",
            properties: kafka.broker.clientProperties,
            now: { start }
        )
        let producer = try Producer(configuration)
        kafka.setReachable(false)
        let publish = Task { try await producer.publish(kafka.message("1")) }
        try await eventually("the message to be outstanding") { producer.outstanding == 1 }
        #expect(await producer.flush(timeout: .milliseconds(20)) == 1)
        await producer.close()
        await #expect(throws: PublishError.self) { try await publish.value }
    }

    @Test func `after a fatal error another client takes over, in its time`() async throws {
        let kafka = try KafkaFixture()
        try await kafka.withProducer(deliveryTimeout: .seconds(5)) { producer in
            _ = try await producer.publish(kafka.message("before"))
            let start = ContinuousClock.now
            // The first is replaced at once unless it was made just now; the second is made just now.
            for _ in 0..<2 {
                producer.failFatally()
                try await eventually("a message to be published") {
                    let result = await outcome { () throws(PublishError) in
                        try await producer.publish(kafka.message("after"))
                    }
                    return (try? result.get()) != nil
                }
            }
            #expect(start.duration(to: .now) >= Producer.Limits.renewalInterval)
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
