internal import Synchronization
package import Transport

/// Counts the requests of each client, in windows that begin with the client's first request.
package final class RateLimiter: Sendable {
    package enum Limits {
        /// The number of clients that are certainly remembered; a forgotten client begins a new
        /// window.
        package static let clients = 64 * 1024
    }

    /// The quota of a client after a request.
    package struct Quota: Equatable, Sendable {
        package let limit: RateLimit
        /// Whether the quota allows this request.
        package let isAllowed: Bool
        package let remaining: Int
        /// The time until the quota is full again, rounded up.
        package let resetSeconds: Int

        /// The value of `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10 §4).
        package var fieldValue: String { "\"client\";r=\(remaining);t=\(resetSeconds)" }
    }

    private struct Window {
        let end: ContinuousClock.Instant
        var used = 0
    }

    private struct Windows {
        var recent: [ClientNetwork: Window] = [:]
        /// The previous generation of ``recent``.
        ///
        /// A client in it moves to the recent windows with its next request. All others are
        /// forgotten together, so no search for expired windows is necessary.
        var older: [ClientNetwork: Window] = [:]
    }

    package let limit: RateLimit
    private let windows = Mutex(Windows())

    package init(_ limit: RateLimit) {
        self.limit = limit
    }

    /// Counts one request.
    package func take(
        _ client: ClientNetwork,
        at now: ContinuousClock.Instant = .now
    ) -> Quota {
        windows.withLock { windows in
            var window = windows.recent[client] ?? windows.older[client] ?? begin(now)
            if window.end <= now { window = begin(now) }
            let isAllowed = window.used < limit.requests
            if isAllowed { window.used += 1 }
            if windows.recent.count >= Limits.clients, windows.recent[client] == nil {
                windows.older = windows.recent
                windows.recent = [:]
            }
            windows.recent[client] = window
            return Quota(
                limit: limit,
                isAllowed: isAllowed,
                remaining: limit.requests - window.used,
                resetSeconds: Self.secondsRoundedUp(window.end - now)
            )
        }
    }

    private func begin(_ now: ContinuousClock.Instant) -> Window {
        Window(end: now + .seconds(limit.seconds))
    }

    private static func secondsRoundedUp(_ duration: Duration) -> Int {
        let (seconds, fraction) = duration.components
        return Int(seconds) + (fraction > 0 ? 1 : 0)
    }
}
