package import HTTPClient
package import Telemetry

/// What is recorded, and where it goes.
package struct TracingSettings: Sendable {
    /// Where spans are sent.
    package struct Export: Sendable {
        package var url: HTTPURL
        /// The header fields of each request, which may be secret.
        package var fields: [(name: String, value: String)] = []
        /// The time for one request.
        package var timeout = OutgoingRequest.Limits.time
        package var client = CurlClient.Options()

        package init(url: HTTPURL) { self.url = url }
    }

    /// `nil` if nothing is recorded.
    package var export: Export?
    package var sampler = Sampler.parentBased(.alwaysOn)
    /// The most spans that wait.
    package var queueSpans = SpanQueue.Limits.spans
    /// The most spans in one request.
    package var batchSpans = SpanQueue.Limits.batch
    /// How long a span waits for others.
    package var delay = SpanQueue.Limits.delay
    /// The name of the service; `nil` for the program's own.
    package var serviceName: String?
    /// The other attributes of the resource.
    package var attributes: [SpanAttribute] = []
    /// What could not be used, one sentence each, with the names of the variables.
    package var warnings: [String] = []

    package init() {}
}
