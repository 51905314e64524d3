/// A clock for durations and pauses.
///
/// Changes of the wall clock do not affect it.
package struct MonotonicClock: Sendable {
    package typealias Instant = ContinuousClock.Instant

    private let read: @Sendable () -> Instant
    private let wait: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Instant,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        read = now
        wait = sleep
    }

    /// The clock of the system.
    package static let system = MonotonicClock(
        now: { .now },
        sleep: { try await Task.sleep(for: $0) }
    )

    package func now() -> Instant { read() }

    /// Suspends for a duration.
    ///
    /// - Throws: `CancellationError` if the task is cancelled during the pause.
    package func sleep(for duration: Duration) async throws { try await wait(duration) }
}
