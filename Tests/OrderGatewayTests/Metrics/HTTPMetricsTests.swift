import Synchronization
import TestSupport
import Testing
import Text

@testable import HTTPServer
@testable import OrderAPI
@testable import OrderGateway
@testable import Telemetry
@testable import Transport

struct HTTPMetricsTests {
    private let metrics = HTTPMetrics(clock: .system)
    private let stamp = RequestStamp(random: RandomSource(), clock: .system)
    private let handler: GatewayHandler

    init() {
        handler = Self.handler(["/orders/{id}"], stamp)
    }

    private static func handler(_ patterns: [String], _ stamp: RequestStamp) -> GatewayHandler {
        let routes = patterns.map { Route(.get, $0) { _ in .ready(Response(.ok)) } }
        return GatewayHandler(routes: routes, stamp: stamp)
    }

    /// A request as a server reads and admits it.
    private func head(_ method: String, _ target: String, _ fields: String = "") throws
        -> RequestHead
    {
        try head(method, target, fields, by: handler)
    }

    private func head(
        _ method: String,
        _ target: String,
        _ fields: String = "",
        by handler: GatewayHandler
    ) throws -> RequestHead {
        var parser = RequestParser(heads: RequestHeads { handler.makeContext() })
        var input = InputBuffer()
        Array("\(method) \(target) HTTP/1.1\r\nHost: g\r\n\(fields)\r\n".utf8).withUnsafeBytes {
            input.append($0)
        }
        guard case .head(let head) = try parser.next(&input, limits: ServerLimits()) else {
            throw SupportError("No request: \(target)")
        }
        _ = head.admit(by: handler, client: nil, now: .now())
        return head
    }

    private func outcome(
        _ status: Int?,
        _ ending: RequestOutcome.Ending = .complete,
        after duration: Duration = .milliseconds(2)
    ) -> RequestOutcome {
        RequestOutcome(
            status: status.map { Status(code: $0) },
            sentBytes: 0,
            ending: ending,
            start: MonotonicTime.now().advanced(
                nanoseconds: -MonotonicTime.nanoseconds(of: duration)
            )
        )
    }

    private var series: [String] {
        metrics.requests.map { "\($0.method) \($0.route) \($0.status ?? 0) \($0.count)" }.sorted()
    }

    private func text(_ format: MetricsFormat = .prometheus) -> String {
        let registry = MetricsRegistry()
        registry.register(metrics.families)
        return String(decoding: registry.text(format), as: UTF8.self)
    }

    @Test func `requests count by method, pattern and status, over all loops`() throws {
        let (first, second) = (metrics.observer(), metrics.observer())
        first.requestFinished(try head("GET", "/orders/1"), outcome(200))
        second.requestFinished(try head("GET", "/orders/2"), outcome(200))
        second.requestFinished(try head("HEAD", "/orders/2"), outcome(404))
        first.requestFinished(try head("POST", "/orders/2"), outcome(405))
        #expect(
            series == [
                "GET /orders/{id} 200 2", "HEAD /orders/{id} 404 1", "POST /orders/{id} 405 1",
            ]
        )
        #expect(metrics.durations(.get, "/orders/{id}").count == 2)
    }

    @Test func `what has no route, no head or no answer counts too`() throws {
        let observer = metrics.observer()
        observer.requestFinished(try head("GET", "/nothing"), outcome(404))
        observer.requestFinished(nil, outcome(400))
        observer.requestFinished(try head("GET", "/orders/1"), outcome(nil, .clientLeft))
        #expect(
            series == ["GET /orders/{id} 0 1", "GET unmatched 404 1", "_OTHER unmatched 400 1"]
        )
        #expect(text().contains(#"http_route="/orders/{id}",http_response_status_code="",le="#))
        #expect(text().contains(#"http_server_requests_unfinished_total{ending="client_left"} 1"#))
    }

    @Test func `paths, statuses and routes without end add a limited number of series`() throws {
        let observer = metrics.observer()
        for number in 0..<200 {
            let path = "/\(RandomSource().uuid(at: WallClock.system.now()))"
            observer.requestFinished(try head("GET", path), outcome(600 + number))
        }
        #expect(series == ["GET unmatched 1 200"])
        #expect(text().contains(#"http_response_status_code="other""#))
        let patterns = (0..<100).map { "/route\($0)" }
        let many = Self.handler(patterns, stamp)
        for pattern in patterns {
            observer.requestFinished(try head("GET", pattern, by: many), outcome(200))
        }
        #expect(Set(metrics.requests.map(\.route)).count == HTTPMetrics.Limits.routes)
        #expect(metrics.requests.reduce(0) { $0 + $1.count } == 300)
    }

    @Test func `connections and requests are there until they end`() throws {
        let observer = metrics.observer()
        observer.connectionOpened()
        observer.connectionOpened()
        observer.requestBegan()
        #expect(metrics.openConnections == 2)
        #expect(metrics.activeRequests == 1)
        observer.requestFinished(try head("GET", "/orders/1"), outcome(200))
        observer.connectionClosed()
        #expect(metrics.openConnections == 1)
        #expect(metrics.activeRequests == 0)
    }

    @Test func `what was shed counts by its reason`() {
        let observer = metrics.observer()
        observer.shed(.overloaded)
        observer.shed(.tooManyConnections(limit: 3))
        observer.shed(.tooManyConnections(limit: 3))
        #expect(text().contains(#"http_server_requests_shed_total{reason="overloaded"} 1"#))
        #expect(metrics.shed == 3)
    }

    @Test func `a request of a sampled trace is the exemplar of its bucket`() throws {
        let observer = metrics.observer()
        let ids = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
        for flags in ["01", "00"] {
            let field = "Traceparent: 00-\(ids.0)-\(ids.1)-\(flags)\r\n"
            let head = try head("GET", "/orders/1", field)
            stamp.beginTrace(head.requestContext, head)
            observer.requestFinished(
                head,
                outcome(200, after: .milliseconds(flags == "01" ? 2 : 70))
            )
        }
        let lines = text(.openMetrics).split(separator: "\n").filter { $0.contains(" # {") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(#"# {trace_id="\#(ids.0)"} 0.00"#) == true)
        #expect(!text().contains("trace_id"))
    }

    @Test func `the first request of a second is the exemplar, on each loop`() throws {
        let time = Mutex<Int64>(1_800_000_000_000)
        let clock = WallClock { Timestamp(millisecondsSinceEpoch: time.withLock { $0 }) }
        let metrics = HTTPMetrics(clock: clock)
        func exemplar() -> Substring? {
            let registry = MetricsRegistry()
            registry.register(metrics.families)
            return String(decoding: registry.text(.openMetrics), as: UTF8.self)
                .split(separator: "\n").first { $0.contains(" # {") }?
                .split(separator: "trace_id=\"").last?.prefix(2)
        }
        func finish(_ id: String, on loop: any ServerObserver) throws {
            let field =
                "Traceparent: 00-\(id)7651916cd43dd8448eb211c80319c0-b7ad6b7169203331-01\r\n"
            let head = try head("GET", "/orders/1", field)
            stamp.beginTrace(head.requestContext, head)
            loop.requestFinished(head, outcome(200))
        }
        let (loop, other) = (metrics.observer(), metrics.observer())
        try finish("a1", on: loop)
        try finish("a2", on: loop)
        #expect(exemplar() == "a1")
        try finish("b1", on: other)
        #expect(exemplar() == "b1")
        time.withLock { $0 += 1_000 }
        try finish("a3", on: loop)
        #expect(exemplar() == "a3")
    }

    @Test func `the indices of methods are their positions`() {
        #expect(Method.allCases.map(\.index) == Array(Method.allCases.indices))
    }
}
