import Synchronization

/// A clock that advances only on command.
package final class ManualClock: Sendable {
    private let instant: Mutex<ContinuousClock.Instant>

    package init(now: ContinuousClock.Instant = .now) {
        instant = Mutex(now)
    }

    package var now: ContinuousClock.Instant { instant.withLock { $0 } }

    package func advance(by duration: Duration) {
        instant.withLock { $0 += duration }
    }
}
