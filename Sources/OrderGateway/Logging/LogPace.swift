internal import Synchronization

/// Lets through a line a second of those that come as often as requests do, and counts the others.
package final class LogPace: Sendable {
    private static let interval = Duration.seconds(1)

    private struct State {
        var next = ContinuousClock.now
        var leftOut = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// - Returns: How many lines were left out since the last; `nil` when this one is to be left out.
    func pass(now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            guard state.next <= now else {
                state.leftOut += 1
                return nil
            }
            defer { state = State(next: now + Self.interval) }
            return state.leftOut
        }
    }
}
