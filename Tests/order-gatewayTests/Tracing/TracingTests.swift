import Foundation
import TestSupport
import Testing

private let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

/// The traces that a collector gets.
@Suite(.serialized)
struct TracingTests {
    private let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
    private let parentID = "00f067aa0ba902b7"
    private var traceparent: [(name: String, value: String)] {
        [("traceparent", "00-\(traceID)-\(parentID)-01"), ("tracestate", "vendor=value")]
    }

    /// What becomes of an order that can be reserved, below its request.
    private let reserved = [
        "process order-events consumer (inventory-service)",
        "  send inventory-events producer (inventory-service)",
        "    process inventory-events consumer (order-gateway)",
        "      project order internal (order-gateway)",
        "process order-events consumer (order-gateway)",
        "  project order internal (order-gateway)",
    ]

    /// What becomes of one that cannot.
    private let cancelled = [
        "process order-events consumer (inventory-service)",
        "  send inventory-events producer (inventory-service)",
        "    process inventory-events consumer (order-gateway)",
        "      project order internal (order-gateway)",
        "    process inventory-events consumer (order-gateway)",
        "      send order-events producer (order-gateway)",
        "        process order-events consumer (order-gateway)",
        "          project order internal (order-gateway)",
        "process order-events consumer (order-gateway)",
        "  project order internal (order-gateway)",
    ]

    private func indented(_ lines: [String], by depth: Int) -> [String] {
        lines.map { String(repeating: "  ", count: depth) + $0 }
    }

    private func expect(
        _ lines: [String],
        below parentID: String?,
        in collector: Collector,
        _ traceID: String
    ) async throws {
        try await eventually("\(lines.count) spans") {
            try collector.spans(of: traceID).count >= lines.count
        }
        let tree = TraceTree(spans: try collector.spans(of: traceID))
        #expect(tree.lines(below: parentID) == lines)
        #expect(tree.spans.count == lines.count)
    }

    // MARK: One order, one trace

    @Test(arguments: [true, false])
    func `an order is one trace, from the request to the saga`(isReserved: Bool) async throws {
        let collector = try Collector()
        try await withDev(environment: collector.environment) { gateway in
            let order = OrderText.order(
                customer: "secret",
                product: isReserved ? "p-1" : "out-of-stock-1"
            )
            let reply = try await gateway.post(order, fields: traceparent)
            #expect(reply.status == 202)
            let id = try #require(try reply.json["order_id"].string)
            let lines =
                [
                    "POST /orders server (order-gateway)",
                    "  send order-events producer (order-gateway)",
                ] + indented(isReserved ? reserved : cancelled, by: 2)
            try await expect(lines, below: parentID, in: collector, traceID)

            let spans = try collector.spans(of: traceID)
            let groups = Set(spans.compactMap(\.group))
            #expect(groups.contains("inventory-service"))
            #expect(groups.contains("order-service") == !isReserved)
            let request = try #require(spans.first { $0.kind == 2 })
            #expect(request.attributes["http.route"] == "/orders")
            #expect(request.attributes["http.response.status_code"] == "202")
            // No span knows more of a customer than ids.
            for request in collector.server.requests { #expect(!request.text.contains("secret")) }
            // The events name the spans that sent them.
            let records = try await gateway.kcat.records(in: "order-events")
            let sent = spans.filter { $0.name == "send order-events" }.map(\.spanID)
            #expect(Set(try records.map { try $0.json["span_id"].string }) == Set(sent))
            for record in records {
                let spanID = try #require(try record.json["span_id"].string)
                #expect(record.header("traceparent") == "00-\(traceID)-\(spanID)-01")
                #expect(record.header("tracestate") == "vendor=value")
                #expect(record.key == id)
            }
        }
    }

    @Test func `a request without a trace begins one, which its response names`() async throws {
        let collector = try Collector()
        try await withDev(environment: collector.environment) { gateway in
            let reply = try await gateway.post(OrderText.first)
            let traceID = try #require(try reply.json["trace_id"].string)
            let lines =
                [
                    "POST /orders server (order-gateway)",
                    "  send order-events producer (order-gateway)",
                ] + indented(reserved, by: 2)
            try await expect(lines, below: nil, in: collector, traceID)
        }
    }

    @Test(.enabled(if: python != nil))
    func `the event of a service in Python is continued`() async throws {
        let collector = try Collector()
        try await withDev(environment: collector.environment) { gateway in
            let script = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "order.py").path
            let ending = try await ChildProcess.run(
                try #require(python),
                [script, gateway.kcat.bootstrapServers, "00-\(traceID)-\(parentID)-01"]
            )
            try #require(ending.exitCode == 0, "\(ending.errorOutput)")
            try await expect(cancelled, below: parentID, in: collector, traceID)
        }
    }

    // MARK: Sampling

    @Test(arguments: [
        ["OTEL_TRACES_SAMPLER": "always_off"],
        ["OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"],
    ])
    func `what is not sampled is not sent`(_ sampler: [String: String]) async throws {
        let collector = try Collector()
        let environment = collector.environment.merging(sampler) { $1 }
        try await withDev(environment: environment) { gateway in
            let id = try await gateway.place(
                OrderText.order(customer: "c", product: "out-of-stock-1")
            )
            try await gateway.view(of: id) { $0["status"] == "cancelled" }
            for record in try await gateway.kcat.records(in: "order-events") {
                #expect(record.header("traceparent")?.hasSuffix("-00") == true)
            }
        }
        #expect(try collector.spans.isEmpty)
    }

    @Test func `of the traces that begin here, a ratio is sent whole`() async throws {
        let collector = try Collector()
        let sampler: [String: String?] = [
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.5",
        ]
        let environment = collector.environment.merging(sampler) { $1 }
        var sampled: Set<String> = []
        try await withDev(environment: environment) { gateway in
            for _ in 0..<40 {
                let trace = try #require(
                    try await gateway.post(OrderText.first).json["trace_id"].string
                )
                // The trace's id decides: the half below.
                if "01234567".contains(trace.dropFirst(16).first ?? "x") { sampled.insert(trace) }
            }
            try await eventually("all spans") {
                try collector.spans.filter { sampled.contains($0.traceID) }.count
                    == sampled.count * (reserved.count + 2)
            }
            // A caller's decision counts more.
            _ = try await gateway.post(OrderText.first, fields: traceparent)
            try await eventually("the caller's trace") {
                try collector.spans(of: traceID).count == reserved.count + 2
            }
        }
        #expect(Set(try collector.spans.map(\.traceID)) == sampled.union([traceID]))
    }

    // MARK: Collectors that do not work

    @Test func `orders do not wait for a collector that is down`() async throws {
        let port = try freePort()
        let environment: [String: String?] = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://user:secret@127.0.0.1:\(port)",
            "OTEL_BSP_SCHEDULE_DELAY": "20", "OTEL_BSP_MAX_QUEUE_SIZE": "10",
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key=secret",
        ]
        try await withDev(environment: environment) { gateway in
            for _ in 0..<20 { _ = try await gateway.place() }
            let line = try await gateway.process.waitForOutput(
                containing: "traces cannot be exported"
            )
            #expect(line.contains("http://127.0.0.1:\(port)/v1/traces: "), "\(line)")
            let collector = try Collector(port: port)
            let recovery = try await gateway.process.waitForOutput(
                containing: "traces are exported again"
            )
            #expect(!recovery.contains("dropped=0"), "\(recovery)")
            let id = try await gateway.place()
            try await eventually("spans") { try !collector.spans.isEmpty }
            try await gateway.view(of: id)
            #expect(collector.server.requests.allSatisfy { $0["api-key"] == "secret" })
            let log = gateway.process.errorOutput
            #expect(log.split(separator: "\n").count { $0.contains("cannot be exported") } == 1)
            #expect(!log.contains("secret"), "\(log)")
        }
    }

    @Test func `the last spans are sent when the gateway stops`() async throws {
        let collector = try Collector()
        let environment = collector.environment.merging(["OTEL_BSP_SCHEDULE_DELAY": "3600000"]) {
            $1
        }
        try await withDev(["--no-inventory"], environment: environment) { gateway in
            let id = try await gateway.place()
            try await gateway.view(of: id)
        }
        #expect(try collector.spans.contains { $0.name == "project order" })
    }

    @Test func `a collector that never answers does not keep the gateway from stopping`()
        async throws
    {
        let silent = try TestHTTPServer { _ in .silence }
        let environment: [String: String?] = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": silent.url, "OTEL_BSP_SCHEDULE_DELAY": "20",
        ]
        try await withDev(environment: environment) { gateway in
            _ = try await gateway.place()
            try await eventually("a request") { !silent.requests.isEmpty }
        }
    }

    // MARK: Settings

    @Test func `a variable that cannot be used is named in the log`() async throws {
        let collector = try Collector()
        let wrong: [String: String?] = [
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_HEADERS": "secret",
        ]
        let environment = collector.environment.merging(wrong) { $1 }
        try await withDev(environment: environment) { gateway in
            let log = gateway.process.errorOutput
            #expect(log.contains("OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' is not spoken"), "\(log)")
            #expect(log.contains("OTEL_EXPORTER_OTLP_HEADERS: "), "\(log)")
            #expect(!log.contains("secret"), "\(log)")
            _ = try await gateway.place()
            try await eventually("spans") { try !collector.spans.isEmpty }
        }
    }
}
