import Synchronization
import TestSupport
import Testing

@testable import Kafka

/// Questions that nobody answers, and who gives them up.
@Suite(.timeLimit(.minutes(2)))
struct QuestionsTests {
    /// Longer than these tests may take.
    private let patience = Duration.seconds(3600)
    /// Nobody listens there.
    private let away = ClientConfiguration(bootstrapServers: "127.0.0.1:1", clientID: "test")

    @Test func `a question that is given up is not waited for`() async throws {
        let questions = Questions()
        let gate = Mutex(false)
        let asking = Task {
            try await onThread {
                questions.ask {
                    try? waitUntil(within: .seconds(60), "the gate") { gate.withLock { $0 } }
                    return 1
                }
            }
        }
        try await eventually("the question") { questions.count == 1 }
        questions.giveUp()
        #expect(try await asking.value == nil)
        gate.withLock { $0 = true }
        // Nor are those that come later.
        #expect(questions.ask { 2 } == nil)
    }

    @Test func `a question that is answered has its answer`() {
        #expect(Questions().ask { 7 } == 7)
    }

    @Test func `a consumer that is stopped waits for no broker`() async throws {
        let isAsking = Mutex(false)
        let running = Task {
            let consumer = try AssignedConsumer(away, groupID: "test")
            defer { consumer.close() }
            try await consumer.endingPollsWhenCancelled {
                isAsking.withLock { $0 = true }
                _ = try consumer.topics(["order-events"], timeout: patience)
            }
        }
        try await eventually("the question") { isAsking.withLock { $0 } }
        running.cancel()
        await #expect(throws: KafkaError.givenUp) { try await running.value }
    }

    @Test func `a producer that is stopped waits for no broker`() async throws {
        let producer = try Producer(away)
        let asking = Task {
            try await onThread { try producer.topics(["order-events"], timeout: patience) }
        }
        try await eventually("the question") { producer.isAsking }
        producer.giveUpQuestions()
        await #expect(throws: KafkaError.givenUp) { try await asking.value }
        await producer.close()
    }
}
