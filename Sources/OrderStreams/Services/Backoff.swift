/// The pauses between attempts, and the number of attempts before a failure is reported.
package struct Backoff: Sendable {
    /// The number of failed attempts in a row after which ``isExhausted`` is true; at least 1.
    package var attempts: Int
    /// The first pause.
    ///
    /// It doubles with each attempt.
    package var firstPause: Duration
    /// The longest pause.
    package var longestPause: Duration
    /// The share of a pause by which it varies, so that replicas do not try at the same time.
    package var jitter: Double
    /// The number of failed attempts since the beginning or the last reset.
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

    /// The default for messages that the broker does not accept.
    package static let publishing = Backoff(
        attempts: 3,
        firstPause: .seconds(4),
        longestPause: .seconds(10),
        jitter: 0.2
    )

    /// Whether so many attempts have failed that the failure has to be reported.
    package var isExhausted: Bool { failures >= attempts }

    /// Notes that an attempt has failed.
    ///
    /// - Parameter random: A number from 0 up to 1; read only if there is jitter.
    /// - Returns: The pause before the next attempt.
    package mutating func fail(random: @autoclosure () -> Double = 0.5) -> Duration {
        var pause = firstPause
        for _ in 0..<failures where pause < longestPause { pause *= 2 }
        failures += 1
        pause = min(pause, longestPause)
        guard jitter > 0 else { return pause }
        return min(pause * (1 + jitter * (2 * random() - 1)), longestPause)
    }

    /// Forgets the failed attempts.
    package mutating func reset() { failures = 0 }
}
