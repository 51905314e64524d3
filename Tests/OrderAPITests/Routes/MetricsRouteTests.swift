import HTTPServer
import TestSupport
import Testing

@testable import OrderAPI
@testable import Telemetry

struct MetricsRouteTests {
    private let handler: GatewayHandler

    init() throws {
        let registry = MetricsRegistry()
        registry.register(MetricFamily("answer", .gauge, "The answer.") { 42 })
        handler = GatewayHandler(
            routes: MetricsRoute(registry: registry).routes,
            stamp: try GatewayFixture().stamp
        )
    }

    private func text(_ response: Response) -> String {
        String(decoding: response.body, as: UTF8.self)
    }

    @Test func `metrics are Prometheus' text unless something else is asked for`() async throws {
        let response = try await handler.answer(
            "GET",
            "/metrics",
            fields: [("X-Correlation-ID", "mine")]
        )
        #expect(response.status == .ok)
        #expect(response[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(response[.cacheControl] == "no-store")
        #expect(response[.vary] == "Accept")
        #expect(response[.correlationID] == "mine")
        #expect(text(response) == "# HELP answer The answer.\n# TYPE answer gauge\nanswer 42\n")
    }

    @Test(arguments: [
        ("*/*", false), ("text/plain", false), ("text/*", false), ("application/*", true),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
        ("application/openmetrics-text", true),
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", true),
        // Prometheus' own.
        (
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
                + "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", true
        ),
        ("application/openmetrics-text;q=0.1, text/plain;q=0.9", false),
    ])
    func `the client says which format it wants`(_ accept: String, _ isOpen: Bool) async throws {
        let response = try await handler.answer("GET", "/metrics", fields: [("Accept", accept)])
        let format: MetricsFormat = isOpen ? .openMetrics : .prometheus
        #expect(response.status == .ok)
        #expect(response[.contentType] == format.contentType)
        #expect(text(response).hasSuffix("# EOF\n") == isOpen)
    }

    @Test(arguments: ["application/json", "text/html", "*/*;q=0"])
    func `there is no other`(_ accept: String) async throws {
        let response = try await handler.answer("GET", "/metrics", fields: [("Accept", accept)])
        #expect(response.status == .notAcceptable)
    }

    @Test func `it is for monitoring, and takes GET and HEAD`() async throws {
        #expect(try await handler.answer("HEAD", "/metrics").status == .ok)
        let response = try await handler.answer("POST", "/metrics")
        #expect(response.status == .methodNotAllowed)
        #expect(response[.allow] == "GET, HEAD, OPTIONS")
        let routes = MetricsRoute(registry: MetricsRegistry()).routes
        #expect(routes.map(\.isMonitoring) == [true])
    }
}
