import Synchronization

/// A clock that advances only on command.
package final class ManualClock: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private struct State {
        var now: Instant
        var sleepers: [Int: (wakes: Instant, continuation: CheckedContinuation<Void, any Error>)] =
            [:]
        var lastSleeper = 0
    }

    private let state: Mutex<State>

    package init(now: Instant = .now) {
        state = Mutex(State(now: now))
    }

    package var now: Instant { state.withLock { $0.now } }

    /// The remaining time of each task that sleeps, in ascending order.
    package var sleepers: [Duration] {
        state.withLock { state in
            state.sleepers.values.map { state.now.duration(to: $0.wakes) }.sorted()
        }
    }

    /// Moves the clock on, and wakes the tasks whose time has come.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.wakes <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.sorted { $0.wakes < $1.wakes }.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Suspends until the clock has advanced by so much.
    ///
    /// - Throws: `CancellationError` if the task is cancelled before.
    package func sleep(for duration: Duration) async throws {
        let number = state.withLock { state in
            state.lastSleeper += 1
            return state.lastSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !Task.isCancelled, duration > .zero else { return true }
                    state.sleepers[number] = (state.now + duration, continuation)
                    return false
                }
                guard isOver else { return }
                continuation.resume(with: Result { try Task.checkCancellation() })
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: number) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}
