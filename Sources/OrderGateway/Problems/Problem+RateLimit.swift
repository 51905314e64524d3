internal import HTTPTypes

extension Problem {
    /// What a client is told that has asked too much (RFC 6585 §4).
    init(quotaUsedUp limit: RateLimit, resetSeconds: Int) {
        self.init(
            .tooManyRequests,
            "This client may make \(limit.requests) requests in \(limit.seconds) seconds;"
                + " more are possible in \(resetSeconds)."
        )
        isRetriable = true
        fields = [(.retryAfter, "\(resetSeconds)")]
    }
}
