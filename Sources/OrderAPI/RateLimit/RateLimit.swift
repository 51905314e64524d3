/// The number of requests that a client may send in a time window: a quota policy of
/// draft-ietf-httpapi-ratelimit-headers-10.
package struct RateLimit: Hashable, Sendable {
    package static let requestRange = 1...1_000_000
    package static let secondsRange = 1...3600

    package let requests: Int
    package let seconds: Int

    package init(requests: Int, seconds: Int) {
        self.requests = requests
        self.seconds = seconds
    }

    /// Reads `requests/seconds`, such as `100/60`.
    package init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let requests = Int(parts[0]), let seconds = Int(parts[1]),
            Self.requestRange.contains(requests), Self.secondsRange.contains(seconds)
        else { return nil }
        self.init(requests: requests, seconds: seconds)
    }

    /// The value of `RateLimit-Policy` (§3 of the draft).
    package var fieldValue: String { "\"client\";q=\(requests);w=\(seconds)" }
}
