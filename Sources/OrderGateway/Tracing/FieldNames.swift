package import HTTPTypes

extension HTTPField.Name {
    /// The id that ties a client's calls together; echoed on every answer.
    package static let correlationID = constant("X-Correlation-ID")

    /// What is left of a client's quota (draft-ietf-httpapi-ratelimit-headers-10).
    static let rateLimit = constant("RateLimit")

    /// The quota itself.
    static let rateLimitPolicy = constant("RateLimit-Policy")

    private static func constant(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not a token") }
        return name
    }
}
