import Foundation
import TestSupport
import Testing

/// Under load, what clients were told, what was sent, and what was consumed agree to the last order.
@Suite(.enabled(if: EndToEndBroker.isAvailable), .serialized)
struct SumsTests {
    /// By hand `ORDER_LOAD=3000x60` places so many orders a second for so many seconds; see docs/operating.md.
    private struct Load {
        var rate = 200
        var seconds = 3
        var clients: Int { rate < 1_000 ? 8 : 96 }
        var isByHand = false

        init() {
            guard let text = ProcessInfo.processInfo.environment["ORDER_LOAD"] else { return }
            let numbers = text.split(separator: "x").compactMap { Int($0) }
            guard numbers.count == 2 else { return }
            (rate, seconds, isByHand) = (numbers[0], numbers[1], true)
        }

        /// In the tests the limit is only for what never happens.
        var noticeLimit: Duration { isByHand ? .seconds(5) : .seconds(30) }
    }

    private let load = Load()

    /// Every tenth order of a client cannot be reserved.
    @Sendable private static func order(_ customer: String) -> String {
        let product = customer.hasSuffix("9") ? "out-of-stock" : "p-1"
        return OrderText.order(customer: customer, product: product)
    }

    @Test(.timeLimit(.minutes(5)))
    func `answers, events sent and consumed, and offsets agree`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            try await withServe(broker, dataDir: folder.path("data")) { gateway in
                try await withInventory(broker) {
                    let told = try await placeOrders(gateway)
                    #expect(told.values.allSatisfy { $0.status == 202 })
                    let cancelled = told.keys.count { $0.hasSuffix("9") }
                    let page = try await settled(gateway, orders: told.count, cancelled)
                    try expectSums(page, orders: told.count, cancelled)
                    let ends = try await gateway.kcat.ends(of: "order-events").values
                    #expect(ends.reduce(0, +) == told.count + cancelled)
                }
            }
        }
    }

    private func placeOrders(_ gateway: GatewayProcess) async throws -> [String: OrderLoad.Told] {
        let start = ContinuousClock.now
        let run = try await OrderLoad.run(
            on: gateway,
            clients: load.clients,
            rate: load.rate,
            order: Self.order
        ) { run in
            try await eventually(within: .seconds(load.seconds * 3 + 30), "the orders") {
                run.count(202) >= load.rate * load.seconds
            }
        }
        if load.isByHand { print("\(run.told.count) orders in \(ContinuousClock.now - start)") }
        return run.told
    }

    /// The metrics when everything has been consumed.
    private func settled(_ gateway: GatewayProcess, orders: Int, _ cancelled: Int)
        async throws -> MetricsPage
    {
        let start = ContinuousClock.now
        var page: MetricsPage?
        try await eventually(within: .seconds(60), "the end of all topics") {
            let now = try await gateway.metrics()
            page = now
            return now.sum("kafka_consumergroup_lag") == 0
                && now.sum("order_visible_seconds_count") >= orders
                && now.sum("kafka_topic_partition_current_offset") >= 2 * orders + cancelled
        }
        if load.isByHand { print("all consumed after \(ContinuousClock.now - start)") }
        return try #require(page)
    }

    private func expectSums(_ page: MetricsPage, orders: Int, _ cancelled: Int) throws {
        let post = ["http_request_method": "POST", "http_route": "/orders"]
        #expect(page.sum("orders_accepted_total") == orders)
        #expect(page.sum("http_server_request_duration_seconds_count", post) == orders)
        let sent = "messaging_client_sent_messages_total"
        let topic = "messaging_destination_name"
        #expect(page.sum(sent, [topic: "order-events", "error_type": ""]) == orders + cancelled)
        #expect(page.sum(sent) == orders + cancelled)
        #expect(page.sum("order_visible_seconds_count") == orders)

        // Each group has consumed what was appended.
        let consumed = "messaging_client_consumed_messages_total"
        let groups = page.labels("messaging_consumer_group_name", of: consumed)
        #expect(groups.count == 2)
        for (name, appended) in [
            ("order-events", orders + cancelled), ("inventory-events", orders),
        ] {
            let end = page.sum("kafka_topic_partition_current_offset", ["topic": name])
            #expect(end == appended, "\(name)")
            for group in groups {
                let read = [topic: name, "messaging_consumer_group_name": group]
                #expect(page.sum(consumed, read) == appended, "\(group) in \(name)")
                let labels = ["topic": name, "consumergroup": group]
                let position = page.sum("kafka_consumergroup_current_offset", labels)
                #expect(position == appended, "\(group) in \(name)")
            }
        }
        for group in groups where group.hasPrefix("order-gateway-read-model-") {
            let created = ["event_type": "OrderCreated", "messaging_consumer_group_name": group]
            #expect(page.sum("messaging_process_duration_seconds_count", created) == orders)
        }
        let failures = [
            "events_failed_total", "dead_letters_total", "publish_retries_total",
            "read_model_store_errors_total", "http_server_requests_shed_total",
            "http_server_requests_unfinished_total",
        ]
        for name in failures { #expect(page.sum(name) == 0, "\(name)") }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a broker that stops under load is missed in metrics and readiness until it is back`()
        async throws
    {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let flags = ["--request-timeout", "3"]
            try await withServe(broker, dataDir: folder.path("data"), flags) { gateway in
                let run = try await OrderLoad.run(
                    on: gateway,
                    clients: load.clients,
                    rate: load.isByHand ? load.rate : 50
                ) { run in
                    let first = load.isByHand ? load.rate * 5 : 50
                    try await eventually("orders") { run.count(202) >= first }
                    try await broker.stop()
                    try await expectOutage(gateway, run)
                    try await broker.restart()
                    try await expectRecovery(gateway, run)
                }
                try await expectAgreement(gateway, run)
            }
        }
    }

    private func expectOutage(_ gateway: GatewayProcess, _ run: OrderLoad) async throws {
        let start = ContinuousClock.now
        try await eventually(
            within: load.noticeLimit,
            "readiness, metrics and status to miss the broker"
        ) {
            let status = try await gateway.get("/readyz").status
            let ready = try await gateway.metrics().values(
                "order_gateway_ready",
                ["check": "kafka"]
            )
            let told = try await gateway.get("/status").json
            let kafka = told["checks"].elements.first { $0["name"] == "kafka" }
            return status == 503 && ready == [0] && told["ready"] == false
                && kafka?["status"] == "unavailable"
        }
        if load.isByHand { print("missed after \(ContinuousClock.now - start)") }
        let refused = ["http_route": "/orders", "http_response_status_code": "503"]
        try await eventually("refused orders, also in the metrics") {
            let page = try await gateway.metrics()
            return run.count(503) > 0
                && page.sum("http_server_request_duration_seconds_count", refused) > 0
                && page.sum("messaging_client_sent_messages_total", ["error_type": ""])
                    < page.sum("messaging_client_sent_messages_total")
        }
        // What else there is to see goes on: nothing is lost, no process is shown as gone.
        let page = try await gateway.metrics()
        #expect(page.values("order_gateway_ready", ["check": "read_model"]) == [1])
        #expect(try await gateway.get("/healthz").status == 200)
    }

    private func expectRecovery(_ gateway: GatewayProcess, _ run: OrderLoad) async throws {
        let start = ContinuousClock.now
        try await eventually(
            within: .seconds(60),
            "readiness, metrics and status to see the broker"
        ) {
            let readiness = try await gateway.get("/readyz")
            let ready = try await gateway.metrics().values("order_gateway_ready")
            let told = try await gateway.get("/status").json
            return readiness.status == 200 && !ready.contains(0) && told["ready"] == true
        }
        if load.isByHand { print("ready again after \(ContinuousClock.now - start)") }
        let before = run.count(202)
        try await eventually("orders to be accepted again") { run.count(202) >= before + 50 }
    }

    private func expectAgreement(_ gateway: GatewayProcess, _ run: OrderLoad) async throws {
        var page: MetricsPage?
        // An order that was answered 504 may be in the topic.
        let possible = run.count(202)...run.count(202) + run.count(504)
        try await eventually(within: .seconds(60), "all to be consumed") {
            let now = try await gateway.metrics()
            page = now
            return now.sum("kafka_consumergroup_lag") == 0
                && possible.contains(now.sum("order_visible_seconds_count"))
        }
        let last = try #require(page)
        #expect(last.sum("orders_accepted_total") == run.count(202))
        for status in [202, 503, 504] {
            let labels = ["http_route": "/orders", "http_response_status_code": "\(status)"]
            let count = last.sum("http_server_request_duration_seconds_count", labels)
            #expect(count == run.count(status), "\(status)")
        }
        let appended = try await gateway.kcat.ends(of: "order-events").values.reduce(0, +)
        #expect(last.sum("order_visible_seconds_count") == appended)
        if load.isByHand {
            print("202: \(run.count(202)), 503: \(run.count(503)), 504: \(run.count(504))")
        }
    }
}
