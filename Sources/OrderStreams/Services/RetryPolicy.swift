/// How often, and after which pauses, something that failed is tried again.
package struct RetryPolicy: Sendable {
    /// Attempts in all, at least 1.
    package var attempts = 3
    /// The first pause; it doubles from attempt to attempt.
    package var firstPause = Duration.seconds(4)
    /// The longest pause.
    package var longestPause = Duration.seconds(10)
    /// By how much of itself a pause is varied, so that replicas do not knock all at once.
    package var jitter = 0.2

    package init() {}

    /// The pause after a failed attempt, counted from 1.
    ///
    /// - Parameter random: From 0 up to 1.
    package func pause(after attempt: Int, random: Double) -> Duration {
        var pause = firstPause
        for _ in 1..<max(1, attempt) where pause < longestPause { pause *= 2 }
        pause = min(pause, longestPause)
        return min(pause * (1 + jitter * (2 * random - 1)), longestPause)
    }
}
