internal import Synchronization

/// Decides when an embedded broker may rest, based on reports of its clients in this process.
final class BrokerRest: Sendable {
    private struct State {
        /// The start of the quiet period; `nil` while there is traffic.
        var quietSince: ContinuousClock.Instant?
        var isResting = false
    }

    private let patience: Duration
    /// Whether there is traffic; publishers read it without the lock, and all writes hold the lock.
    ///
    /// While it is set, the broker does not rest: a rest begins only with a poll that finds it
    /// unset.
    private let hasTraffic = Atomic(true)
    private let state = Mutex(State())

    /// - Parameter patience: The length of the quiet period before the broker rests.
    init(patience: Duration) {
        self.patience = patience
    }

    var isResting: Bool { state.withLock { $0.isResting } }

    /// Notes that a message is about to be published, or records have arrived.
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

    /// Notes that a consumer has waited in vain.
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
