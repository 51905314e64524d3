import Orders
import Synchronization
import TestSupport
import Text
import Testing

@testable import Kafka
@testable import OrderStreams
@testable import Telemetry

/// What the saga does while the broker does not take what it publishes.
struct SagaRetryTests {
    /// Refuses the first messages and then passes them on.
    private final class Refusing: EventPublisher {
        private let errors: Mutex<[PublishError]>
        private let next: any EventPublisher
        private let flow: EventFlowFixture
        private let reasons = Mutex<[String?]>([])

        /// What readiness said at each attempt of what was published before.
        var attempts: [String?] {
            reasons.withLock { reasons in
                reasons.map { $0?.contains("cannot be published") == true ? $0 : nil }
            }
        }

        init(_ errors: [PublishError], then next: any EventPublisher, _ flow: EventFlowFixture) {
            self.errors = Mutex(errors)
            self.next = next
            self.flow = flow
        }

        func publish(_ message: ProducerMessage, _ waiter: DeliveryWaiter) {
            reasons.withLock { $0.append(flow.reason(.saga)) }
            if let error = errors.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                return waiter.resume(returning: .failure(error))
            }
            next.publish(message, waiter)
        }
    }

    private var quick: Backoff {
        Backoff(attempts: 3, firstPause: .milliseconds(10), longestPause: .milliseconds(20))
    }

    private func run(
        _ errors: [PublishError]
    ) async throws -> (attempts: [String?], letter: DeadLetter) {
        let flow = try EventFlowFixture()
        let producer = try Producer(flow.configuration)
        let publisher = Refusing(errors, then: producer, flow)
        try await flow.publish(
            ProducerMessage(topic: EventTopics.orders, key: nil, value: Array("x".utf8))
        )
        let letter = try await flow.withSaga(publisher: publisher, retries: quick) {
            let letter = try #require(try await flow.waitForLetters(1).first)
            try await eventually("the saga to be all right") { flow.reason(.saga) == nil }
            return letter
        }
        #expect(try await flow.letters().count == 1)
        await producer.close()
        await flow.close()
        return (publisher.attempts, letter)
    }

    @Test func `a passing refusal is tried again without a word in readiness`() async throws {
        let result = try await run([.queueFull, .notPublished(reason: .topicsNotKnown)])
        #expect(result.attempts == [nil, nil, nil])
    }

    @Test func `after the last attempt readiness says so, and it is tried on`() async throws {
        let result = try await run(Array(repeating: .queueFull, count: 10))
        #expect(result.attempts.count == 11)
        #expect(result.attempts[..<3].allSatisfy { $0 == nil })
        let reason =
            "a dead letter cannot be published: not published: the producer's queue is full"
        #expect(result.attempts[3...].allSatisfy { $0 == reason })
    }

    @Test func `a letter that is too large for its topic goes without its original`() async throws {
        let result = try await run([.messageTooLarge])
        #expect(result.attempts.count == 2)
        #expect(result.letter.original == .omitted)
    }

    /// The pauses are the policy's, on a clock that the test moves on.
    @Test func `pauses between attempts grow to the longest, and begin there after the last`()
        async throws
    {
        let flow = try EventFlowFixture()
        let clock = ManualClock()
        let producer = try Producer(flow.configuration)
        let publisher = Refusing(Array(repeating: .queueFull, count: 4), then: producer, flow)
        var policy = Backoff.publishing
        policy.jitter = 0
        try await flow.publish(
            ProducerMessage(topic: EventTopics.orders, key: nil, value: Array("x".utf8))
        )
        // The sign of life is the other one that sleeps.
        let other = SagaService.Limits.turnInterval
        try await flow.withSaga(
            publisher: publisher,
            retries: policy,
            clock: MonotonicClock(now: { .now }, sleep: { try await clock.sleep(for: $0) })
        ) {
            for (count, pause) in [Duration.seconds(4), .seconds(8), .seconds(10), .seconds(4)]
                .enumerated()
            {
                try await eventually("pause \(count) of \(pause)") {
                    publisher.attempts.count == count + 1 && clock.sleepers.contains(pause)
                }
                #expect(clock.sleepers.filter { $0 > other }.count <= 1)
                clock.advance(by: pause)
            }
            #expect(try await flow.waitForLetters(1).count == 1)
        }
        await producer.close()
        await flow.close()
    }

    // MARK: Observing

    private final class Recording: StreamObserver {
        struct State {
            /// The number of events by the index of their type; the last is that of the others.
            var tally = [Int](repeating: 0, count: EventType.allCases.count + 1)
            var failures: [String] = []
            var letters: [DeadLetterID] = []
            var attempts: [Int] = []
            var positions: [TopicPartition: Int64] = [:]
        }

        let state = Mutex(State())

        func handled(_ tally: EventTally, by group: String, in duration: Duration) {
            state.withLock { state in
                for part in tally.parts {
                    for (type, count) in part.counts.enumerated() { state.tally[type] += count }
                }
                state.failures += tally.failures.map(\.errorClass)
            }
        }

        func buried(_ letter: DeadLetter) { state.withLock { $0.letters.append(letter.id) } }

        func retries(_ message: String, after error: PublishError, attempt: Int) {
            state.withLock { $0.attempts.append(attempt) }
        }

        func reached(
            _ offset: Int64,
            in partition: TopicPartition,
            lastRecord: Timestamp?,
            of group: String
        ) {
            state.withLock { $0.positions[partition] = offset }
        }
    }

    @Test func `an observer learns of events by type, of retries and of dead letters`()
        async throws
    {
        let flow = try EventFlowFixture()
        let producer = try Producer(flow.configuration)
        let publisher = Refusing([.queueFull, .queueFull], then: producer, flow)
        let observer = Recording()
        for number in 0..<3 {
            try await flow.publish(EventFlowFixture.created(EventFlowFixture.orderID(number)))
        }
        let poison = try await flow.publish(
            ProducerMessage(topic: EventTopics.orders, key: nil, value: Array("x".utf8))
        )
        try await flow.withSaga(publisher: publisher, retries: quick, observer: observer) {
            try await eventually("all to be handled") {
                observer.state.withLock { state in
                    state.tally.reduce(0, +) == 4
                        && state.positions.values.reduce(0, +) == 4
                }
            }
        }
        observer.state.withLock { state in
            #expect(state.tally == [3, 0, 0, 0, 1])
            #expect(state.failures == ["not_json"])
            #expect(state.attempts == [1, 2])
            let place = (EventTopics.orders, poison.partition, poison.offset)
            #expect(
                state.letters
                    == [DeadLetterID(topic: place.0, partition: place.1, offset: place.2)]
            )
        }
        await producer.close()
        await flow.close()
    }
}
