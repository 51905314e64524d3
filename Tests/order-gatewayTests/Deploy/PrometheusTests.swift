import Foundation
import TestSupport
import Testing

/// Rules and dashboard beside a real Prometheus, which asks a real gateway.
struct PrometheusTests {
    /// What is put for the dashboard's variables.
    private static func filled(_ query: String) -> String {
        query.replacing("$job", with: "order-gateway").replacing("$instance", with: ".*")
            .replacing("$__rate_interval", with: "1m")
    }

    /// What has no data while all is well, and why that is right.
    private static let empty = [
        "job:order_requests_failed:increase6h": "no request has failed",
        "job:order_requests_failed:increase1d": "no request has failed",
    ]

    private struct Query {
        let place: String
        let text: String
    }

    private func panelQueries() throws -> [Query] {
        let text = try Repository.text(of: "Deploy/grafana/dashboards/order-gateway.json")
        return try JSONValue(parsing: Array(text.utf8))["panels"].elements.flatMap { panel in
            panel["targets"].elements.map { target in
                Query(
                    place: panel["title"].string ?? "",
                    text: Self.filled(target["expr"].string ?? "")
                )
            }
        }
    }

    /// Something of everything: orders that are confirmed and cancelled, reads that hit and miss, a
    /// record that nobody can read.
    private func use(_ gateway: GatewayProcess, round: Int) async throws {
        let id = try await gateway.place(OrderText.order(customer: "c-\(round)"))
        let failing = OrderText.order(customer: "c-\(round)", product: "out-of-stock")
        _ = try await gateway.place(failing)
        try await gateway.view(of: id)
        _ = try await gateway.get("/orders/01a20868-1723-7c41-9d3e-5b8f0a6c2e71")
        _ = try await gateway.get("/nowhere")
    }

    @Test(.timeLimit(.minutes(5)))
    func `every panel and every rule has data, and the alert for a dead letter fires`()
        async throws
    {
        try await withDev { gateway in
            try await PrometheusServer.run(scraping: gateway) { prometheus in
                // Rates see what is new since the first look.
                try await eventually("a first scrape") {
                    try await prometheus.hasData("order_gateway_build_info")
                }
                try await gateway.kcat.produce("this is not JSON", to: "order-events", key: "k")
                var queries = try panelQueries()
                queries += try await recordedSeries(prometheus)
                try await expectData(queries, prometheus, gateway)
                try await expectAlerts(prometheus)
                try await expectNames(prometheus, gateway)

                try await gateway.stop()
                try await eventually("the alert for a gateway that is gone") {
                    try await prometheus.rules().contains {
                        $0["name"] == "OrderGatewayDown" && $0["state"] == "pending"
                    }
                }
            }
        }
    }

    private func recordedSeries(_ prometheus: PrometheusServer) async throws -> [Query] {
        let recorded = try await prometheus.rules().filter { $0["type"] == "recording" }
        #expect(recorded.count > 20)
        return recorded.compactMap { $0["name"].string }.filter { Self.empty[$0] == nil }
            .map { Query(place: "recorded", text: $0) }
    }

    /// Waits until each query has a number, while the gateway is used.
    private func expectData(
        _ queries: [Query],
        _ prometheus: PrometheusServer,
        _ gateway: GatewayProcess
    ) async throws {
        var (missing, round) = (queries, 0)
        do {
            try await eventually(within: .seconds(120), "data") {
                try await use(gateway, round: round)
                round += 1
                var left: [Query] = []
                for query in missing where try await !prometheus.hasData(query.text) {
                    left.append(query)
                }
                missing = left
                return missing.isEmpty
            }
        } catch {
            let list = missing.map { "\($0.place): \($0.text)" }.joined(separator: "\n")
            throw SupportError("\(error)\nWithout data:\n\(list)")
        }
    }

    /// Checks that all rules can be evaluated, and that of the alerts the one for a dead letter fires.
    ///
    /// The others have nothing to fire for, so their expressions have no data.
    private func expectAlerts(_ prometheus: PrometheusServer) async throws {
        try await eventually("a look at each rule") {
            try await prometheus.rules().allSatisfy { $0["health"] != "unknown" }
        }
        for rule in try await prometheus.rules() {
            #expect(rule["health"] == "ok", "\(rule["name"]): \(rule["lastError"])")
        }
        try await eventually("the alert for a dead letter") {
            try await prometheus.rules().contains {
                $0["name"] == "OrderGatewayDeadLetters" && $0["state"] == "firing"
            }
        }
        // Others may be about to fire where the machine is busy; none has had a reason for long.
        let firing = try await prometheus.rules().filter { $0["state"] == "firing" }
        #expect(firing.map { $0["name"].string } == ["OrderGatewayDeadLetters"])
        // The link of the alert leads to this Prometheus, which has the runbook.
        let alert = try #require(firing.first)["alerts"][0]
        let link = try #require(alert["annotations"]["runbook_url"].string)
        let path = try #require(
            link.firstMatch(of: /http:\/\/[^\/]+(\/[^#]+)#ordergatewaydeadletters/)
        )
        let page = try await prometheus.get(String(path.1))
        #expect(page.status == 200)
        #expect(page.text.contains("\n## OrderGatewayDeadLetters\n"))
    }

    /// Checks that what rules and dashboard ask for is what the program exposes, failures included,
    /// which have no data here.
    private func expectNames(_ prometheus: PrometheusServer, _ gateway: GatewayProcess)
        async throws
    {
        let rules = try await prometheus.rules()
        let expressions = rules.compactMap { $0["query"].string } + (try panelQueries().map(\.text))
        let recorded = rules.filter { $0["type"] == "recording" }.compactMap { $0["name"].string }
        let exposed = try await gateway.metrics().names
        let known = exposed.union(recorded).union(["up", "ALERTS"])
            .union(exposed.flatMap { ["\($0)_bucket", "\($0)_count", "\($0)_sum"] })
        var asked: Set<String> = []
        for expression in expressions { asked.formUnion(MetricNames.all(in: expression)) }
        #expect(asked.count > 60)
        #expect(asked.subtracting(known).sorted() == [])
    }
}
