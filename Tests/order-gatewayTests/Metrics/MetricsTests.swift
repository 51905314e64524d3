import Foundation
import TestSupport
import Testing

/// `GET /metrics` of a gateway through which orders flow.
struct MetricsTests {
    private static let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]
    private static let sampled = [
        ("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    ]

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Places orders, a third of which cannot be fulfilled.
    private func place(_ count: Int, _ gateway: GatewayProcess) async throws {
        for number in 0..<count {
            let product = number % 3 == 0 ? "out-of-stock-1" : "p-1"
            let order = OrderText.order(customer: "c-\(number)", product: product)
            let reply = try await gateway.post(order, fields: Self.sampled)
            try #require(reply.status == 202, "\(reply.text)")
        }
    }

    private static let readModel = "order-gateway-read-model-"

    /// Waits until nothing is on its way.
    private func settled(
        _ gateway: GatewayProcess,
        orders: Int,
        events: Int
    ) async throws -> MetricsPage {
        var last: MetricsPage?
        // Projection and saga read everything, and the inventory orders and cancellations.
        let positions = 2 * events + (events - orders)
        try await eventually("\(orders) orders and \(events) events. \(last?.text ?? "")") {
            let metrics = try await gateway.metrics()
            last = metrics
            return metrics.sum("order_visible_seconds_count") == orders
                && metrics.sum("kafka_topic_partition_current_offset") == events
                && !metrics.samples("kafka_consumergroup_lag").isEmpty
                && metrics.sum("kafka_consumergroup_lag") == 0
                && metrics.sum("kafka_consumergroup_current_offset") == positions
        }
        return try #require(last)
    }

    @Test(.timeLimit(.minutes(3)))
    func `the sums of answers, messages, records and visible orders agree`() async throws {
        try await withDev { gateway in
            let (orders, cancelled) = (120, 40)
            try await place(orders, gateway)
            let events = 2 * orders + cancelled
            let metrics = try await settled(gateway, orders: orders, events: events)
            #expect(metrics.sum("orders_accepted_total") == orders)
            let answers = metrics.sum(
                "http_server_request_duration_seconds_count",
                ["http_route": "/orders", "http_response_status_code": "202"]
            )
            #expect(answers == orders)
            for topic in ["order-events", "inventory-events"] {
                let appended = metrics.sum("kafka_topic_partition_current_offset", ["topic": topic])
                let sent = metrics.sum(
                    "messaging_client_sent_messages_total",
                    ["messaging_destination_name": topic, "error_type": ""]
                )
                #expect(sent == appended)
                let readers = metrics.samples(
                    "messaging_client_consumed_messages_total",
                    ["messaging_destination_name": topic]
                )
                #expect(readers.count == (topic == "order-events" ? 3 : 2))
                #expect(readers.allSatisfy { $0.value == Double(appended) }, "\(readers)")
            }
            let created = metrics.samples(
                "messaging_process_duration_seconds_count",
                ["event_type": "OrderCreated"]
            )
            let projected = created.filter {
                $0.labels["messaging_consumer_group_name"]?.hasPrefix(Self.readModel) == true
            }
            #expect(projected.map(\.value) == [Double(orders)])
            #expect(metrics.sum("event_age_at_processing_seconds_count") == events)
            let sends = metrics.sum("messaging_client_operation_duration_seconds_count")
            #expect(sends == events)
            #expect(metrics.sum("read_model_hot_orders") == orders)
            #expect(metrics.sum("read_model_commit_orders_total") >= orders)
            #expect(metrics.sum("kafka_producer_queue_messages") == 0)
            #expect(metrics.sum("http_server_active_requests") == 1)
            for check in metrics.samples("order_gateway_ready") { #expect(check.value == 1) }
        }
    }

    @Test(.enabled(if: python != nil))
    func `promtool and prometheus_client read both formats`() async throws {
        try await withDev { gateway in
            try await place(6, gateway)
            _ = try await settled(gateway, orders: 6, events: 14)
            try await eventually("the statistics of librdkafka") {
                try await gateway.metrics().samples("kafka_broker_up").count == 1
            }
            let plain = try await gateway.get("/metrics")
            let accept = [("Accept", "application/openmetrics-text; version=1.0.0")]
            let open = try await gateway.get("/metrics", fields: accept)
            try plain.text.write(toFile: folder.path("plain"), atomically: true, encoding: .utf8)
            try open.text.write(toFile: folder.path("open"), atomically: true, encoding: .utf8)
            let check = try await ChildProcess.run(
                "/bin/sh",
                ["-c", "promtool check metrics <'\(folder.path("plain"))'"]
            )
            #expect(check.exitCode == 0, "\(check.errorOutput)")
            #expect(check.errorOutput == "")
            var found: [[Int]] = []
            for (format, file) in [("prometheus", "plain"), ("openmetrics", "open")] {
                let script = Repository.path("Tests/order-gatewayTests/Metrics/parse.py")
                let python = try #require(Self.python)
                let ending = try await ChildProcess.run(
                    python,
                    [script, format, folder.path(file)]
                )
                try #require(ending.exitCode == 0, "\(ending.errorOutput)")
                found.append(
                    ending.text.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
                )
            }
            #expect(found[0][0] == found[1][0])
            #expect(found[0][2] == 0)
            #expect(found[1][2] > 0, "no exemplar")
        }
    }

    @Test func `the table in the documentation has each metric with its type`() async throws {
        let page = try Repository.text(of: "docs/operating.md")
        let rows = page.matches(of: /\n\| `([a-z_]+)` \| (counter|gauge|histogram|summary) \|/)
        let documented = Dictionary(
            rows.map { (String($0.1), String($0.2)) },
            uniquingKeysWith: { first, _ in first }
        )
        #expect(documented.count == rows.count)
        try await withDev { gateway in
            let types = try await gateway.metrics().types
            for name in Set(documented.keys).union(types.keys).sorted() {
                #expect(documented[name] == types[name], "\(name)")
            }
        }
    }

    @Test func `what clients and other services send adds no series without end`() async throws {
        try await withDev { gateway in
            try await place(3, gateway)
            _ = try await settled(gateway, orders: 3, events: 7)
            func disturb(_ round: Int) async throws {
                for number in 0..<20 {
                    let word = "\(round)-\(number)-\(Int.random(in: 0..<1_000_000))"
                    _ = try await gateway.get("/\(word)/\(word)")
                    _ = try await gateway.get("/orders/\(word)?\(word)")
                    _ = try await onThread {
                        try gateway.client().request("X\(number)", "/orders")
                    }
                    let event = #"{"event_type":"Type\#(word)","event_id":"\#(word)"}"#
                    try await gateway.kcat.produce(event, to: "order-events", key: word)
                }
            }
            try await disturb(0)
            try await eventually("unknown types to count") {
                try await gateway.metrics().sum(
                    "messaging_process_duration_seconds_count",
                    ["event_type": "other"]
                ) >= 40
            }
            let before = try await gateway.metrics()
            try await disturb(1)
            try await eventually("the others to count") {
                try await gateway.metrics().sum(
                    "messaging_process_duration_seconds_count",
                    ["event_type": "other"]
                ) >= 80
            }
            let after = try await gateway.metrics()
            let series = { (metrics: MetricsPage) in
                Set(metrics.samples.map { "\($0.name) \($0.labels.sorted { $0.key < $1.key })" })
            }
            let new = series(after).subtracting(series(before))
            #expect(new.isEmpty, "\(new)")
            #expect(after.text.contains(#"http_request_method="_OTHER""#))
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func `records that cannot be processed count by topic and class, and are dead letters`()
        async throws
    {
        try await withDev(["--no-inventory"]) { gateway in
            for value in ["no JSON", "no JSON either", "{}"] {
                try await gateway.kcat.produce(value, to: "order-events", key: "k")
            }
            try await gateway.kcat.produce(#"{"event_type":7}"#, to: "inventory-events", key: "k")
            let expected = [
                ("order-events", "not_json", 2), ("order-events", "missing_member", 1),
                ("inventory-events", "wrong_type", 1),
            ]
            try await eventually("the dead letters. \(gateway.process.report)") {
                let metrics = try await gateway.metrics()
                return ["dead_letters_total", "events_failed_total"].allSatisfy { name in
                    metrics.sum(name) == 4
                        && expected.allSatisfy { topic, errorClass, count in
                            let labels = [
                                "messaging_destination_name": topic, "error_class": errorClass,
                            ]
                            return metrics.sum(name, labels) == count
                        }
                }
            }
            // They are in the topic, and nothing else is.
            let letters = try await gateway.kcat.records(in: "dead-letter-queue")
            #expect(letters.count == 4)
        }
    }

    @Test(.enabled(if: EndToEndBroker.isAvailable), .timeLimit(.minutes(3)))
    func `the lag rises while the projection is held, and is 0 afterwards`() async throws {
        let data = folder.path("data")
        try await withBroker { broker in
            try await withServe(broker, dataDir: data) { gateway in
                _ = try await gateway.place()
                let held = "kafka_consumergroup_lag"
                func lag(_ metrics: MetricsPage) -> Double {
                    metrics.samples.filter {
                        $0.name == held
                            && $0.labels["consumergroup"]?.hasPrefix(Self.readModel) == true
                    }.reduce(0) { $0 + $1.value }
                }
                try await eventually("no lag") { lag(try await gateway.metrics()) == 0 }
                // A writer that does not end holds up every commit, and so the projection.
                let writer = try ChildProcess(
                    "/bin/sh",
                    [
                        "-c",
                        "(echo 'BEGIN IMMEDIATE; SELECT 1;'; exec sleep 600)"
                            + " | exec sqlite3 '\(data)/orders.sqlite'",
                    ]
                )
                try await eventually("the writer to hold the database") {
                    writer.output.contains("1")
                }
                var accepted = 1
                try await eventually(within: .seconds(60), "lag. \(gateway.process.report)") {
                    _ = try await gateway.place()
                    accepted += 1
                    return lag(try await gateway.metrics()) >= 3
                }
                let metrics = try await gateway.metrics()
                #expect(
                    metrics.samples("\(held)_seconds").contains { $0.value > 0 },
                    "\(metrics.text)"
                )
                writer.kill()
                try await writer.waitForExit()
                try await eventually(within: .seconds(60), "no lag. \(gateway.process.report)") {
                    let metrics = try await gateway.metrics()
                    return lag(metrics) == 0
                        && metrics.sum("order_visible_seconds_count") == accepted
                }
                #expect(try await gateway.metrics().sum("read_model_store_errors_total") > 0)
            }
        }
    }

    @Test(.enabled(if: EndToEndBroker.isAvailable), .timeLimit(.minutes(3)))
    func `what is read again after a crash counts as visible only once`() async throws {
        let data = folder.path("data")
        try await withBroker { broker in
            let gateway = try await GatewayProcess.serve(
                brokers: broker.bootstrapServers,
                dataDir: data
            )
            try await gateway.waitForReadiness()
            var orders: [String] = []
            for _ in 0..<20 { orders.append(try await gateway.place()) }
            // Most of them are not committed yet, and are read again.
            try await gateway.kill()
            // Whether the saga is ready does not matter: some brokers keep the dead member of its group.
            let next = try await GatewayProcess.serve(
                brokers: broker.bootstrapServers,
                dataDir: data
            )
            for id in orders { try await next.view(of: id) }
            #expect(try await next.metrics().sum("order_visible_seconds_count") == 0)
            try await eventually("an order to be accepted") {
                try await next.post(OrderText.first).status == 202
            }
            try await eventually("the new order to be visible") {
                try await next.metrics().sum("order_visible_seconds_count") == 1
            }
            try await next.kill()
        }
    }

    @Test(.enabled(if: EndToEndBroker.isAvailable), .timeLimit(.minutes(3)))
    func `a broker that is away shows, and so do the orders that were not published`() async throws
    {
        try await withBroker { broker in
            let flags = ["--request-timeout", "3"]
            try await withServe(broker, dataDir: folder.path("data"), flags) { gateway in
                _ = try await gateway.place()
                func connected() async throws -> [Double] {
                    try await gateway.metrics().samples("kafka_broker_up").map(\.value)
                }
                try await eventually("a broker") {
                    let connected = try await connected()
                    return !connected.isEmpty && connected.allSatisfy { $0 == 1 }
                }
                try await broker.stop()
                let refused = try await gateway.post(OrderText.first).status
                #expect([503, 504].contains(refused))
                try await eventually("no broker") {
                    let connected = try await connected()
                    return !connected.isEmpty && connected.allSatisfy { $0 == 0 }
                }
                let metrics = try await gateway.metrics()
                let ready = metrics.samples("order_gateway_ready", ["check": "kafka"])
                #expect(ready.map(\.value) == [0])
                let failed = ["not_published", "unknown"].reduce(0) { sum, error in
                    sum + metrics.sum("messaging_client_sent_messages_total", ["error_type": error])
                }
                #expect(failed == 1)
                try await broker.restart()
                try await gateway.waitForReadiness()
                try await eventually("the broker again") {
                    try await connected().allSatisfy { $0 == 1 }
                }
            }
        }
    }

    @Test func `a port for operators has the metrics, and the other port has not`() async throws {
        try await withDev(["--admin-port", "0"]) { gateway in
            #expect(try await gateway.get("/metrics").status == 404)
            let reply = try await gateway.getFromAdmin("/metrics")
            #expect(reply.status == 200)
            #expect(reply.text.contains("\nhttp_server_request_duration_seconds_count{"))
        }
    }
}
