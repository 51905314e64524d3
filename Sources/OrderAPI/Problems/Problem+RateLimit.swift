internal import HTTPServer

extension Problem {
    /// What a client is told that has asked too much (RFC 6585 §4).
    init(quotaUsedUp quota: RateLimiter.Quota) {
        self.init(
            .tooManyRequests,
            "This client may make \(quota.limit.requests) requests in \(quota.limit.seconds) seconds;"
                + " more are possible in \(quota.resetSeconds)."
        )
        isRetriable = true
        fields = [(.retryAfter, "\(quota.resetSeconds)")]
    }
}
