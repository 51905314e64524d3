package import HTTPServer

extension FieldName {
    /// The id that ties a client's calls together; echoed on every answer.
    package static let correlationID = FieldName("X-Correlation-ID")

    /// The same where there is none: what many proxies and clients call it.
    package static let requestID = FieldName("X-Request-ID")

    /// What is left of a client's quota (draft-ietf-httpapi-ratelimit-headers-10).
    static let rateLimit = FieldName("RateLimit")

    /// The quota itself.
    static let rateLimitPolicy = FieldName("RateLimit-Policy")

    /// The caller's span (W3C Trace Context §3.2).
    static let traceparent = FieldName("Traceparent")

    /// What else tracing systems pass along with it (W3C Trace Context §3.3).
    static let tracestate = FieldName("Tracestate")
}
