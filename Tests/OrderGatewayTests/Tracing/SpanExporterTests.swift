import HTTPClient
import Synchronization
import TestSupport
import Testing
import Text

@testable import OrderGateway
@testable import Telemetry

/// The exporter against a collector that answers as each test needs.
struct SpanExporterTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    /// A tracer with its exporter, whose lines of the log a test reads.
    private final class Fixture: Sendable {
        let queue: SpanQueue
        let tracer: Tracer
        private let exporter: SpanExporter
        private let lines = Lines()

        init(
            _ server: TestHTTPServer,
            capacity: Int = 100,
            timeout: Duration = .seconds(30),
            attempts: Int = 1_000,
            fields: [(name: String, value: String)] = []
        ) throws {
            queue = SpanQueue(capacity: capacity, batch: 10)
            tracer = Tracer(service: "service", sampler: .alwaysOn, queue: queue)
            var settings = TracingSettings()
            settings.delay = .milliseconds(1)
            var export = TracingSettings.Export(
                url: try HTTPURL("http://user:secret@127.0.0.1:\(server.port)/v1/traces")
            )
            export.timeout = timeout
            export.fields = fields
            var retries = SpanExporter.Retries()
            retries.attempts = attempts
            retries.firstPause = .milliseconds(1)
            retries.longestPause = .milliseconds(20)
            let sink = LogSink { [lines] line in
                lines.all.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            }
            exporter = SpanExporter(
                queue,
                settings,
                export,
                resource: .process(instance: "i", []),
                retries: retries,
                logger: Logger(label: "test", level: .debug, format: .text, sink: sink)
            )
            exporter.start()
        }

        func log(_ text: String) -> [String] {
            lines.all.withLock { $0.filter { $0.contains(text) } }
        }

        func record(_ count: Int = 1) throws {
            let random = RandomSource()
            for _ in 0..<count {
                let context = TraceContext(
                    traceID: random.traceID(),
                    spanID: random.spanID(),
                    flags: 1,
                    state: nil
                )
                tracer.begin("work", .internal, context, parent: nil).end()
            }
        }

        func end(within limit: Duration = .seconds(30)) async throws {
            try await onThread { [exporter] in exporter.end(within: limit) }
        }
    }

    private static func spans(_ request: TestHTTPServer.Request) -> Int {
        let json = try? JSONValue(parsing: request.body)
        return json?["resourceSpans"][0]["scopeSpans"][0]["spans"].elements.count ?? 0
    }

    @Test func `spans arrive in batches, with the fields that are set`() async throws {
        let server = try TestHTTPServer { _ in .reply(200, body: "{}") }
        let fixture = try Fixture(server, fields: [("api-key", "secret")])
        try fixture.record(25)
        try await eventually("all spans") { fixture.queue.exportedCount == 25 }
        try await fixture.end()
        let requests = server.requests
        #expect(requests.map(Self.spans).reduce(0, +) == 25)
        #expect(requests.allSatisfy { Self.spans($0) <= 10 })
        let first = try #require(requests.first)
        #expect(first.method == "POST")
        #expect(first.target == "/v1/traces")
        #expect(first["Content-Type"] == "application/json")
        #expect(first["api-key"] == "secret")
        #expect(first["User-Agent"]?.hasPrefix("order-gateway/") == true)
        #expect(Set(requests.map(\.connection)) == [0])
        let resource = try JSONValue(parsing: first.body)["resourceSpans"][0]["resource"]
        let names = resource["attributes"].elements.compactMap { $0["key"].string }
        #expect(
            Set(names) == [
                "service.name", "service.version", "service.instance.id", "telemetry.sdk.name",
                "telemetry.sdk.language", "telemetry.sdk.version",
            ]
        )
        #expect(fixture.queue.droppedCount == 0)
        #expect(fixture.log("").isEmpty)
    }

    @Test(arguments: [429, 502, 503, 504])
    func `a collector that is busy is asked again, as late as it asks for`(
        _ status: Int
    ) async throws {
        let count = Mutex(0)
        let server = try TestHTTPServer { _ in
            let attempt = count.withLock { count in
                count += 1
                return count
            }
            return attempt < 3 ? .reply(status, fields: [("Retry-After", "1")]) : .reply(200)
        }
        let fixture = try Fixture(server)
        try fixture.record()
        try await eventually("the span") { fixture.queue.exportedCount == 1 }
        try await fixture.end()
        #expect(server.requests.count == 3)
        #expect(fixture.log("traces cannot be exported").count == 1)
        #expect(fixture.log("status \(status)").count == 1)
        #expect(fixture.log("traces are exported again").count == 1)
        #expect(fixture.queue.droppedCount == 0)
    }

    @Test(arguments: [400, 401, 404, 500, 302])
    func `a collector that refuses is not asked again`(_ status: Int) async throws {
        let server = try TestHTTPServer { _ in .reply(status, body: "not\nhere with api-secret") }
        let fixture = try Fixture(server, fields: [("api-key", "api-secret")])
        try fixture.record(2)
        try await eventually("the drop") { fixture.queue.droppedCount == 2 }
        try fixture.record()
        try await eventually("the next drop") { fixture.queue.droppedCount == 3 }
        try await fixture.end()
        // Told once, with the reason and without the password.
        let lines = fixture.log("traces cannot be exported")
        #expect(lines.count == 1)
        #expect(lines.first?.contains("status \(status): not here with …") == true, "\(lines)")
        #expect(lines.first?.contains("secret") == false, "\(lines)")
        #expect(fixture.queue.exportedCount == 0)
    }

    @Test func `a collector that is down is told once, and again when it is back`() async throws {
        let down = try TestHTTPServer { _ in .reply(200) }
        let port = down.port
        down.stop()
        let fixture = try Fixture(down, capacity: 20)
        // Nobody waits, whatever the collector does.
        try fixture.record(500)
        try await eventually("a failure") { !fixture.log("traces cannot be exported").isEmpty }
        try await eventually("drops") { fixture.queue.droppedCount > 0 }
        let server = try TestHTTPServer(port: port) { _ in .reply(200) }
        try await eventually("the rest") {
            fixture.queue.exportedCount + fixture.queue.droppedCount == 500
        }
        try await eventually("the recovery") { !fixture.log("exported again").isEmpty }
        try fixture.record()
        try await fixture.end()
        #expect(fixture.queue.exportedCount + fixture.queue.droppedCount == 501)
        #expect(server.requests.map(Self.spans).reduce(0, +) == fixture.queue.exportedCount)
        #expect(fixture.log("traces cannot be exported").count == 1)
        let again = fixture.log("traces are exported again")
        #expect(again.count == 1)
        #expect(again.first?.contains("dropped=\(fixture.queue.droppedCount)") == true, "\(again)")
        #expect(fixture.log("secret").isEmpty)
    }

    @Test func `a batch that is never taken is given up`() async throws {
        let server = try TestHTTPServer { _ in .reply(503) }
        let fixture = try Fixture(server, attempts: 3)
        try fixture.record()
        try await eventually("the drop") { fixture.queue.droppedCount == 1 }
        try await fixture.end()
        #expect(server.requests.count == 3)
    }

    @Test func `a collector that does not answer costs its timeout, not the end`() async throws {
        let server = try TestHTTPServer { _ in .silence }
        let fixture = try Fixture(server, timeout: .milliseconds(20))
        try fixture.record()
        try await eventually("a failure") { fixture.log("Operation timed out").count == 1 }
        try await fixture.end()
        #expect(fixture.queue.droppedCount == 1)
    }

    @Test func `the end sends what waits`() async throws {
        let server = try TestHTTPServer { _ in .reply(200) }
        let fixture = try Fixture(server)
        try fixture.record(57)
        try await fixture.end()
        #expect(fixture.queue.exportedCount == 57)
        #expect(server.requests.map(Self.spans).reduce(0, +) == 57)
    }

    @Test func `the end does not wait longer than asked`() async throws {
        let server = try TestHTTPServer { _ in .silence }
        let fixture = try Fixture(server)
        try fixture.record(57)
        try await eventually("a request") { !server.requests.isEmpty }
        try await fixture.end(within: .milliseconds(1))
        try await eventually("the end of the thread") { fixture.queue.droppedCount == 57 }
        #expect(fixture.queue.exportedCount == 0)
    }

    @Test func `what a collector rejects is counted and told`() async throws {
        let body = #"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}"#
        let server = try TestHTTPServer { _ in .reply(200, body: body) }
        let fixture = try Fixture(server)
        try fixture.record(1)
        try await eventually("the answer") { !fixture.log("too old").isEmpty }
        try await fixture.end()
        #expect(fixture.log("rejected=").count == 1)
    }

    @Test func `drops without an outage are told, with what to do`() async throws {
        let isOpen = Mutex(false)
        let server = try TestHTTPServer { _ in
            // The collector is slow for a while, but not down.
            try? waitUntil("an open collector") { isOpen.withLock { $0 } }
            return .reply(200)
        }
        let fixture = try Fixture(server, capacity: 10)
        try fixture.record(10)
        try await eventually("a request") { !server.requests.isEmpty }
        try fixture.record(40)
        #expect(fixture.queue.droppedCount >= 30)
        isOpen.withLock { $0 = true }
        try await eventually("the report") {
            !fixture.log("raise OTEL_BSP_MAX_QUEUE_SIZE").isEmpty
        }
        try await fixture.end()
        #expect(fixture.log("traces cannot be exported").isEmpty)
    }
}
