package import HTTPServer

extension FieldName {
    /// The id that connects a client's requests; every response repeats it.
    package static let correlationID = FieldName("X-Correlation-ID")

    /// An alternative to `X-Correlation-ID`, which many proxies and clients use.
    package static let requestID = FieldName("X-Request-ID")

    /// What a browser lets a page do (Content Security Policy Level 3 §3.1).
    static let contentSecurityPolicy = FieldName("Content-Security-Policy")

    /// Whether a browser may take a response for another type (Fetch, "X-Content-Type-Options").
    static let contentTypeOptions = FieldName("X-Content-Type-Options")

    /// What a browser tells other sites of a page's address (Referrer Policy §4.1).
    static let referrerPolicy = FieldName("Referrer-Policy")

    /// The clients before a proxy (RFC 7239).
    static let forwarded = FieldName("Forwarded")

    /// The clients before a proxy, as most proxies say it.
    static let forwardedFor = FieldName("X-Forwarded-For")

    /// The id of the last event that a client of an event stream has seen (HTML §9.2.4).
    static let lastEventID = FieldName("Last-Event-ID")

    /// The rest of a client's quota (draft-ietf-httpapi-ratelimit-headers-10).
    static let rateLimit = FieldName("RateLimit")

    /// The quota of a client.
    static let rateLimitPolicy = FieldName("RateLimit-Policy")

    /// The caller's span (W3C Trace Context §3.2).
    static let traceparent = FieldName("Traceparent")

    /// The additional data of tracing systems (W3C Trace Context §3.3).
    static let tracestate = FieldName("Tracestate")
}
