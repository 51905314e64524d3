import HTTPServer
import Synchronization
import TestSupport
import Testing

@testable import OrderAPI
@testable import Telemetry
import Text

/// The log level, asked for and changed over HTTP.
struct LogLevelRoutesTests {
    private let lines = LogLines()
    private let logger: Logger
    private let handler: GatewayHandler

    init() {
        logger = Logger(label: "test", format: .text, sink: lines.sink)
        let stamp = RequestStamp(random: RandomSource(), clock: .system)
        handler = GatewayHandler(routes: LogLevelRoutes(logger: logger).routes, stamp: stamp)
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

    @Test func `other methods are told what is possible`() async throws {
        let response = try await handler.answer("POST", "/log-level", body: "debug")
        #expect(response.status == .methodNotAllowed)
        #expect(response[.allow] == "GET, HEAD, PUT, OPTIONS")
    }
}
