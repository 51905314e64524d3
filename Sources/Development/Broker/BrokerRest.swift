internal import Synchronization

/// Decides when an embedded broker may rest: its clients in this process say what they see.
final class BrokerRest: Sendable {
    private struct State {
        /// `nil` while there is traffic.
        var quietSince: ContinuousClock.Instant?
        var isResting = false
    }

    private let patience: Duration
    /// What a publisher looks at; written only under the lock.
    ///
    /// While it holds there is no rest, for that begins with a poll that finds it unset.
    private let hasTraffic = Atomic(true)
    private let state = Mutex(State())

    /// - Parameter patience: For how long it has to have been quiet.
    init(patience: Duration) {
        self.patience = patience
    }

    var isResting: Bool { state.withLock { $0.isResting } }

    /// A message is about to be published, or records have arrived.
    func noteTraffic(wake: () -> Void) {
        guard !hasTraffic.load(ordering: .acquiring) else { return }
        state.withLock { state in
            hasTraffic.store(true, ordering: .releasing)
            state.quietSince = nil
            guard state.isResting else { return }
            state.isResting = false
            wake()
        }
    }

    /// A consumer has waited in vain.
    func noteQuiet(now: ContinuousClock.Instant, rest: () -> Void) {
        state.withLock { state in
            if hasTraffic.exchange(false, ordering: .acquiringAndReleasing) {
                state.quietSince = now
            }
            guard !state.isResting, let quietSince = state.quietSince,
                now >= quietSince + patience
            else { return }
            state.isResting = true
            rest()
        }
    }
}
