internal import HTTPServer
internal import Telemetry
internal import Text

// Spans of requests, with the names and values of the semantic conventions for HTTP.
extension Tracer {
    /// Records a request that is over, if its trace is recorded.
    func record(_ head: RequestHead, _ context: RequestContext, _ outcome: RequestOutcome) {
        guard context.isSampled else { return }
        let end = now()
        let method = head.method.rawValue
        let route = head.route?.pattern
        // Not the path, of which there are as many as orders.
        let span = begin(
            route.map { "\(method) \($0)" } ?? method,
            .server,
            context.trace,
            parent: context.parentSpanID.map { Span.Parent($0, isRemote: true) },
            at: end.before(outcome.duration)
        )
        span.set("http.request.method", method)
        span.set("url.scheme", "http")
        if let route { span.set("http.route", route) }
        span.set("correlation_id", "\(context.correlationID)")
        if let status = outcome.status {
            span.set("http.response.status_code", Int64(status.code))
            // What the client did wrong is no error of ours.
            if status.code >= 500 { span.fail("\(status.code)", status.reasonPhrase) }
        }
        if outcome.ending != .complete { span.fail("\(outcome.ending)", "no complete response") }
        span.end(at: end)
    }
}
