import HTTPServer
import Synchronization
import TestSupport
import Testing

@testable import OrderAPI
@testable import Telemetry
import Text
import Transport

/// The log level, asked for and changed over HTTP.
struct LogLevelRoutesTests {
    private let lines = LogLines()
    private let logger: Logger
    private let handler: GatewayHandler

    init() {
        logger = Logger(label: "test", format: .text, sink: lines.sink)
        let stamp = RequestStamp(random: RandomSource(), clock: .system)
        let routes = LogLevelRoutes(logger: logger, isShared: false).routes
        handler = GatewayHandler(routes: routes, stamp: stamp)
    }

    private func put(_ body: String, fields: [(String, String)] = []) async throws -> Response {
        try await handler.answer("PUT", "/log-level", fields: fields, body: body)
    }

    @Test func `the level is told`() async throws {
        let response = try await handler.answer("GET", "/log-level")
        #expect(response.status == .ok)
        #expect(response[.contentType] == "application/json")
        #expect(response[.cacheControl] == "no-store")
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"level":"info"}"#)
    }

    @Test(arguments: [
        "debug", " DEBUG\r\n", #"{"level":"debug"}"#, "\n{ \"why\": [1], \"level\" : \"Debug\" }\n",
    ])
    func `the level is changed by a word or by JSON`(_ body: String) async throws {
        let response = try await put(body)
        #expect(response.status == .ok)
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"level":"debug"}"#)
        #expect(logger.logLevel == .debug)
        #expect(lines.all.count == 1)
        #expect(lines.all[0].contains(" notice log level changed correlation_id="))
        #expect(lines.all[0].hasSuffix(" from=info to=debug\n"))
    }

    @Test func `warn is the same as warning`() async throws {
        #expect(try await put("warn").status == .ok)
        #expect(logger.logLevel == .warning)
    }

    @Test(arguments: [
        "", " ", "loud", "debug info", #""debug""#, "{}", #"{"level":1}"#, #"{"level":"loud"}"#,
        #"{"level":"debug""#, #"{"level":"debug"} x"#, "\u{0}debug",
    ])
    func `what is no level is refused, with those that are`(_ body: String) async throws {
        let response = try await put(body)
        #expect(response.status == .badRequest)
        #expect(response[.contentType] == "application/problem+json")
        let detail = try #require(try response.json["detail"].string)
        for level in Logger.Level.allCases { #expect(detail.contains(level.rawValue)) }
        #expect(logger.logLevel == .info)
        #expect(lines.all.isEmpty)
    }

    @Test func `a compressed level is refused`() async throws {
        let response = try await put("debug", fields: [("Content-Encoding", "gzip")])
        #expect(response.status == .unsupportedMediaType)
        #expect(logger.logLevel == .info)
    }

    // MARK: On the port that clients use

    private func shared(limiter: RateLimiter? = nil) -> GatewayHandler {
        GatewayHandler(
            routes: LogLevelRoutes(logger: logger, isShared: true).routes,
            stamp: RequestStamp(random: RandomSource(), clock: .system),
            limiter: limiter
        )
    }

    @Test(arguments: [nil, ClientNetwork(127, 0, 0, 1), ClientNetwork(127, 1, 2, 3)])
    func `this machine changes the level on a shared port`(_ client: ClientNetwork?) async throws {
        let response = try await shared()
            .answer("PUT", "/log-level", body: "debug", from: client)
        #expect(response.status == .ok)
        #expect(logger.logLevel == .debug)
    }

    private static let others: [(ClientNetwork?, String?)] = [
        (ClientNetwork(192, 0, 2, 1), nil), (ClientNetwork(128, 0, 0, 1), nil),
        (ClientNetwork(127, 0, 0, 1), "Forwarded"), (nil, "X-Forwarded-For"),
    ]

    @Test(arguments: others)
    func `others may not, also through a proxy here, but may see it`(
        _ client: ClientNetwork?,
        _ field: String?
    ) async throws {
        let fields = field.map { [($0, "for=192.0.2.1")] } ?? []
        let response = try await shared()
            .answer("PUT", "/log-level", fields: fields, body: "critical", from: client)
        #expect(response.status == .forbidden)
        #expect(try response.json["detail"].string?.contains("--admin-port") == true)
        #expect(logger.logLevel == .info)
        let shown = try await shared().answer("GET", "/log-level", fields: fields, from: client)
        #expect(shown.status == .ok)
    }

    @Test func `a port of its own asks nobody where it is`() async throws {
        let client = ClientNetwork(192, 0, 2, 1)
        let response = try await handler.answer("PUT", "/log-level", body: "debug", from: client)
        #expect(response.status == .ok)
    }

    @Test func `a change counts towards the quota on a shared port, a look does not`()
        async throws
    {
        let limiter = RateLimiter(RateLimit(requests: 1, seconds: 3600))
        let handler = shared(limiter: limiter)
        let client = ClientNetwork(127, 0, 0, 1)
        var statuses: [Status] = []
        for method in ["PUT", "GET", "PUT", "GET"] {
            let response = try await handler.answer(
                method,
                "/log-level",
                body: method == "PUT" ? "debug" : "",
                from: client
            )
            statuses.append(response.status)
        }
        #expect(statuses == [.ok, .ok, .tooManyRequests, .ok])
    }

    @Test func `other methods are told what is possible`() async throws {
        let response = try await handler.answer("POST", "/log-level", body: "debug")
        #expect(response.status == .methodNotAllowed)
        #expect(response[.allow] == "GET, HEAD, PUT, OPTIONS")
    }
}
