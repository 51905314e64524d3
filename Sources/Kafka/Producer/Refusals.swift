internal import Synchronization

/// What a broker refused last, of each topic, as long as that may still hold.
final class Refusals: Sendable {
    enum Limits {
        /// So long after the last refusal it is tried again: nobody tells when a right was granted.
        static let memory = Duration.seconds(15)
    }

    /// `nil` stands for whatever is published: the client itself was refused.
    typealias Topic = String?

    private let memory: Duration
    private let last = Mutex<[Topic: (reason: KafkaError, time: ContinuousClock.Instant)]>([:])
    /// What is looked at for each acknowledged message.
    private let isAny = Atomic(false)

    init(memory: Duration) {
        self.memory = memory
    }

    func note(_ reason: KafkaError, topic: Topic) {
        last.withLock { last in
            last[topic] = (reason, .now)
            isAny.store(true, ordering: .releasing)
        }
    }

    /// A message was taken.
    func noteAcceptance(topic: @autoclosure () -> String) {
        guard isAny.load(ordering: .acquiring) else { return }
        let topic = topic()
        last.withLock { last in
            last[nil] = nil
            last[topic] = nil
            isAny.store(!last.isEmpty, ordering: .releasing)
        }
    }

    /// The latest.
    var current: (topic: Topic, reason: KafkaError)? {
        last.withLock { last in
            let limit = ContinuousClock.now - memory
            let found = last.filter { $0.value.time > limit }.max { $0.value.time < $1.value.time }
            return found.map { ($0.key, $0.value.reason) }
        }
    }
}
