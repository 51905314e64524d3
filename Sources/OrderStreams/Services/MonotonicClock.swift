/// The clock for waits and pauses, which no change of the time of day disturbs.
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

    /// The system's.
    package static let system = MonotonicClock(
        now: { .now },
        sleep: { try await Task.sleep(for: $0) }
    )

    package func now() -> Instant { read() }

    /// Suspends for a while.
    ///
    /// - Throws: `CancellationError` when the task is cancelled meanwhile.
    package func sleep(for duration: Duration) async throws { try await wait(duration) }
}
