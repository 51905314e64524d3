internal import Synchronization

/// What a broker refused last, as long as that may still hold.
final class Refusals: Sendable {
    enum Limits {
        /// So long after the last refusal it is tried again: nobody tells when a right was granted.
        static let memory = Duration.seconds(15)
    }

    private let last = Mutex<(reason: KafkaError, time: ContinuousClock.Instant)?>(nil)
    /// What is looked at for each acknowledged message.
    private let isAny = Atomic(false)

    func note(_ reason: KafkaError) {
        last.withLock { $0 = (reason, .now) }
        isAny.store(true, ordering: .releasing)
    }

    /// A message was taken.
    func noteAcceptance() {
        guard isAny.load(ordering: .acquiring) else { return }
        isAny.store(false, ordering: .releasing)
        last.withLock { $0 = nil }
    }

    var current: KafkaError? {
        last.withLock { last in
            guard let found = last, found.time + Limits.memory > .now else { return nil }
            return found.reason
        }
    }
}
