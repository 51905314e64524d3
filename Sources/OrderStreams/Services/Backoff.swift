/// How often, and after which pauses, something that failed is tried again.
package struct Backoff: Sendable {
    /// Failures in a row up to which it is only passing; at least 1.
    package var attempts: Int
    /// The first pause; it doubles from attempt to attempt.
    package var firstPause: Duration
    /// The longest pause.
    package var longestPause: Duration
    /// By how much of itself a pause is varied, so that replicas do not try at the same time.
    package var jitter: Double
    /// Attempts that have failed, since the beginning or the last reset.
    package private(set) var failures = 0

    package init(
        attempts: Int = .max,
        firstPause: Duration = .milliseconds(200),
        longestPause: Duration = .seconds(5),
        jitter: Double = 0
    ) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.jitter = jitter
    }

    /// For messages that the broker does not take.
    package static let publishing = Backoff(
        attempts: 3,
        firstPause: .seconds(4),
        longestPause: .seconds(10),
        jitter: 0.2
    )

    /// Whether more attempts have failed than may pass without a word.
    package var isExhausted: Bool { failures >= attempts }

    /// Notes that an attempt has failed.
    ///
    /// - Parameter random: From 0 up to 1; needed only where there is jitter.
    /// - Returns: The pause before the next attempt.
    package mutating func fail(random: @autoclosure () -> Double = 0.5) -> Duration {
        var pause = firstPause
        for _ in 0..<failures where pause < longestPause { pause *= 2 }
        failures += 1
        pause = min(pause, longestPause)
        guard jitter > 0 else { return pause }
        return min(pause * (1 + jitter * (2 * random() - 1)), longestPause)
    }

    /// Notes an attempt that succeeded, or that another row of attempts begins.
    package mutating func reset() { failures = 0 }
}
