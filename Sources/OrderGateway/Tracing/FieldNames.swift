package import HTTPTypes

extension HTTPField.Name {
    /// The id that ties a client's calls together; echoed on every answer.
    package static let correlationID = constant("X-Correlation-ID")
    /// W3C Trace Context §3.2.
    package static let traceparent = constant("traceparent")
    /// W3C Trace Context §3.3.
    package static let tracestate = constant("tracestate")

    private static func constant(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("not a token") }
        return name
    }
}
