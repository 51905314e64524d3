import CRdkafka
import Synchronization
import TestSupport
import Testing

@testable import Kafka
@testable import OrderStreams

/// The creation of absent topics, with a broker that answers what a test says.
struct AbsentTopicsTests {
    private final class Broker: Sendable {
        private let errors = Mutex<[String: KafkaError]>([:])
        private let asked = Mutex<[String]>([])

        /// The names in the order of the requests since the last call.
        func takeAsked() -> [String] {
            asked.withLock { asked in
                defer { asked = [] }
                return asked
            }
        }

        func answer(_ name: String, _ error: KafkaError?) {
            errors.withLock { $0[name] = error }
        }

        func create(_ topics: [TopicSpecification]) throws(KafkaError) -> [TopicCreation] {
            for topic in topics {
                asked.withLock { $0.append(topic.name) }
                if let error = errors.withLock({ $0[topic.name] }) { throw error }
            }
            return topics.map { TopicCreation(name: $0.name, isNew: true) }
        }
    }

    private static let noAnswer = KafkaError(code: RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue)
    private static let refusal = KafkaError(
        code: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED.rawValue
    )
    private static let (orders, inventory) = (EventTopics.orders, EventTopics.inventory)
    private static let deadLetters = EventTopics.deadLetters

    private let broker = Broker()

    private var absentTopics: AbsentTopics {
        AbsentTopics(
            create: { [broker] topics, _ throws(KafkaError) in try broker.create(topics) },
            timeout: .zero,
            logger: .silent
        )
    }

    /// Describes the used topics, of which some are absent.
    private func look(absent: String...) -> [TopicDescription] {
        let unknown = KafkaError(code: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART.rawValue)
        return EventTopics.used.map {
            TopicDescription(name: $0, error: absent.contains($0) ? unknown : nil, states: [])
        }
    }

    @Test func `each absent topic is made once`() {
        var topics = absentTopics
        topics.note(look(absent: Self.orders, Self.deadLetters))
        #expect(!topics.isEmpty)
        topics.make()
        #expect(broker.takeAsked() == [Self.orders, Self.deadLetters])
        topics.note(look())
        #expect(topics.isEmpty)
    }

    @Test func `a topic that somebody deletes later is not made again`() {
        var topics = absentTopics
        topics.note(look())
        #expect(topics.isEmpty)
        topics.note(look(absent: Self.orders))
        #expect(topics.isEmpty)
    }

    @Test func `while others are made later, a deleted topic is not made again`() {
        var topics = absentTopics
        broker.answer(Self.deadLetters, Self.noAnswer)
        topics.note(look(absent: Self.orders, Self.deadLetters))
        #expect(!topics.isEmpty)
        topics.make()
        #expect(broker.takeAsked() == [Self.orders, Self.deadLetters])
        // The one was there from the first look on, the other was made.
        topics.note(look(absent: Self.orders, Self.inventory, Self.deadLetters))
        #expect(!topics.isEmpty)
        topics.make()
        #expect(broker.takeAsked() == [Self.deadLetters])
    }

    @Test func `a refused topic does not keep the others from being made later`() {
        var topics = absentTopics
        broker.answer(Self.orders, Self.refusal)
        broker.answer(Self.inventory, Self.noAnswer)
        let absent = look(absent: Self.orders, Self.inventory, Self.deadLetters)
        topics.note(absent)
        #expect(!topics.isEmpty)
        topics.make()
        // Without an answer, the others are not tried.
        #expect(broker.takeAsked() == [Self.orders, Self.inventory])
        #expect(topics.reason(for: Self.orders) == Self.refusal)
        #expect(topics.reason(for: Self.deadLetters) == Self.noAnswer)

        broker.answer(Self.inventory, nil)
        topics.note(absent)
        #expect(!topics.isEmpty)
        topics.make()
        #expect(broker.takeAsked() == [Self.inventory, Self.deadLetters])
        topics.note(look(absent: Self.orders))
        #expect(topics.isEmpty)
        #expect(topics.reason(for: Self.orders) == Self.refusal)
        #expect(topics.reason(for: Self.inventory) == nil)
    }
}
