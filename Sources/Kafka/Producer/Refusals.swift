internal import Synchronization

/// The last refusal of a broker for each topic, while it may still be in force.
final class Refusals: Sendable {
    enum Limits {
        /// The time after the last refusal until the next attempt; no event reports that a right
        /// was granted.
        static let memory = Duration.seconds(15)
    }

    /// A topic; `nil` for all topics, when the client itself was refused.
    typealias Topic = String?

    private let memory: Duration
    private let now: ClientConfiguration.Now
    private let last = Mutex<[Topic: (reason: KafkaError, time: ContinuousClock.Instant)]>([:])
    /// Whether there is any refusal; read for each acknowledged message without the lock.
    private let isAny = Atomic(false)

    init(memory: Duration, now: @escaping ClientConfiguration.Now) {
        self.memory = memory
        self.now = now
    }

    func note(_ reason: KafkaError, topic: Topic) {
        last.withLock { last in
            last[topic] = (reason, now())
            isAny.store(true, ordering: .releasing)
        }
    }

    /// Clears the refusals of the client and of a topic, because a message was accepted.
    func noteAcceptance(topic: @autoclosure () -> String) {
        guard isAny.load(ordering: .acquiring) else { return }
        let topic = topic()
        last.withLock { last in
            last[nil] = nil
            last[topic] = nil
            isAny.store(!last.isEmpty, ordering: .releasing)
        }
    }

    /// The latest refusal that still counts.
    var current: (topic: Topic, reason: KafkaError)? {
        last.withLock { last in
            let limit = now() - memory
            let found = last.filter { $0.value.time > limit }.max { $0.value.time < $1.value.time }
            return found.map { ($0.key, $0.value.reason) }
        }
    }
}
