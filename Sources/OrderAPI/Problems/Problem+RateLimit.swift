internal import HTTPServer

extension Problem {
    /// Creates the error response for a client that has used up its quota (RFC 6585 §4).
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
