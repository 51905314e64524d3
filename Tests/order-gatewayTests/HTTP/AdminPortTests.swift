import Foundation
import TestSupport
import Testing

/// The port for operators.
struct AdminPortTests {
    @Test func `health and orders are answered on both ports`() async throws {
        let gateway = try await GatewayProcess.dev(["--admin-port", "0", "--no-inventory"])
        #expect(try gateway.adminPort() != gateway.port)
        #expect(gateway.process.output.contains("\nAdmin port      http://127.0.0.1:"))
        let id = try await gateway.place()
        try await gateway.view(of: id)
        for path in ["/healthz", "/readyz", "/orders/\(id)", "/openapi.yaml"] {
            #expect(try await gateway.get(path).status == 200, "\(path)")
            #expect(try await gateway.getFromAdmin(path).status == 200, "\(path)")
        }
        #expect(try await gateway.stop() == 0)
    }

    @Test func `what operators need is on their port only, if there is one`() async throws {
        let apart = try await GatewayProcess.dev(["--admin-port", "0", "--no-inventory"])
        let hidden = try await apart.get("/log-level")
        #expect(hidden.status == 404)
        #expect(try hidden.json["instance"] == "/log-level")
        #expect(try await apart.getFromAdmin("/log-level").status == 200)
        for path in ["/", "/metrics"] {
            #expect(try await apart.get(path).status == 404, "\(path)")
            #expect(try await apart.getFromAdmin(path).status == 200, "\(path)")
        }
        let metrics = try await apart.getFromAdmin("/metrics").text
        for sample in [
            "event_loop_delay_seconds{loop=\"http-0\"} ",
            "event_loop_delay_seconds{loop=\"admin-0\"} ",
            "log_lines_total{level=\"info\"} ", "log_lines_lost_total 0",
            "order_gateway_ready{check=\"event_loops\"} 1",
            "order_gateway_ready{check=\"disk\"} 1",
        ] { #expect(metrics.contains("\n\(sample)"), "\(sample)") }
        #expect(try await apart.stop() == 0)

        let together = try await GatewayProcess.dev(["--no-inventory"])
        #expect(try await together.get("/log-level").status == 200)
        let client = HTTPClient(port: together.port)
        let statuses = try await onThread {
            try [[], [("X-Forwarded-For", "192.0.2.1")]].map { fields in
                try client.request("PUT", "/log-level", fields: fields, body: Array("info".utf8))
                    .status
            }
        }
        #expect(statuses == [200, 403])
        #expect(try await together.stop() == 0)
    }

    @Test func `the log level is changed while it runs, for librdkafka's lines too`() async throws {
        let gateway = try await GatewayProcess.dev([
            "--admin-port", "0", "--no-inventory", "--kafka-config", "debug=topic",
        ])
        _ = try await gateway.place()
        let admin = HTTPClient(port: try gateway.adminPort())
        func set(_ body: String) async throws -> HTTPReply {
            try await onThread {
                try admin.request("PUT", "/log-level", body: Array(body.utf8))
            }
        }
        #expect(try await set("debug").text == #"{"level":"debug"}"#)
        let id = try await gateway.place()
        let line = try await gateway.process.waitForOutput(containing: "debug Event published ")
        #expect(line.contains("order_id=\(id)"))
        try await gateway.process.waitForOutput(containing: "debug Event processed ")
        try await gateway.process.waitForOutput(containing: "debug librdkafka ")
        #expect(try await set(#"{"level":"notice"}"#).status == 200)
        _ = try await gateway.place()
        #expect(try await set("loud").status == 400)
        #expect(try await gateway.stop() == 0)
        let log = gateway.process.errorOutput
        #expect(log.count(of: "Event published") == 1, "\(log)")
        #expect(log.contains(" notice log level changed client=127.0.0.1 "))
        #expect(log.contains(" from=info to=debug\n"))
        #expect(log.contains(" from=debug to=notice\n"))
        #expect(!log.contains("info stopping"))
    }

    @Test(arguments: ["--http1.1", "--http2-prior-knowledge"])
    func `an access log has the requests of both ports`(_ version: String) async throws {
        let gateway = try await GatewayProcess.dev([
            "--admin-port", "0", "--no-inventory", "--access-log", "common",
        ])
        func curl(_ port: Int, _ path: String) async throws {
            let url = "http://127.0.0.1:\(port)\(path)"
            let ending = try await ChildProcess.run("curl", ["--silent", version, url])
            try #require(ending.exitCode == 0, "\(ending.errorOutput)")
        }
        try await curl(gateway.port, "/no%22thing?a=b")
        try await curl(try gateway.adminPort(), "/log-level")
        try await onThread {
            let connection = try RawConnection(port: gateway.port)
            try connection.send("GET /\u{1B}[31m\"\r\nX: y\u{0}\r\n\r\n")
            _ = try connection.receiveUntilClose()
        }
        #expect(try await gateway.stop() == 0)
        let number = version == "--http1.1" ? "1.1" : "2.0"
        let log = gateway.process.errorOutput
        #expect(log.contains("] \"GET /no%22thing?a=b HTTP/\(number)\" 404 "), "\(log)")
        #expect(log.contains("] \"GET /log-level HTTP/\(number)\" 200 16\n"))
        #expect(log.contains("] \"-\" 400 "))
        #expect(!log.contains("\u{1B}"))
    }

    @Test func `an access log in JSON names the order's trace`() async throws {
        let gateway = try await GatewayProcess.dev([
            "--no-inventory", "--access-log", "json", "--log-format", "json",
        ])
        let trace = "0af7651916cd43dd8448eb211c80319c"
        _ = try await gateway.post(
            OrderText.first,
            fields: [("Traceparent", "00-\(trace)-b7ad6b7169203331-01")]
        )
        #expect(try await gateway.stop() == 0)
        let lines = try gateway.process.errorOutput.split(separator: "\n")
            .map { try JSONValue(parsing: Array($0.utf8)) }
        let line = try #require(lines.first { $0["path"] == "/orders" })
        #expect(line["method"] == "POST")
        #expect(line["status"].integer == 202)
        #expect(line["trace_id"].string == trace)
    }

    @Test func `a port for operators that is in use is told with its flag`() async throws {
        let folder = try TemporaryFolder()
        let occupied = try OccupiedPort()
        let gateway = try orderGateway([
            "serve", "--kafka-brokers", "127.0.0.1:1", "--data-dir", folder.path("data"),
            "--http-port", "0", "--admin-port", "\(occupied.port)",
        ])
        #expect(try await gateway.waitForExit() == 69)
        let expected =
            "order-gateway: --admin-port: 127.0.0.1:\(occupied.port) is in use by another process"
        #expect(gateway.errorOutput.contains(expected), "\(gateway.report)")
    }
}

extension String {
    fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
