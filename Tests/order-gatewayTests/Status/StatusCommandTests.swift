import Foundation
import OrderGateway
import TestSupport
import Testing

/// `GET /status` and `order-gateway status`, from a program that runs.
struct StatusCommandTests {
    private func status(
        _ gateway: GatewayProcess,
        _ arguments: [String] = []
    ) async throws -> ChildProcess.Ending {
        try await runOrderGateway(["status", "--http-port", "\(gateway.port)"] + arguments)
    }

    private func document(_ gateway: GatewayProcess) async throws -> StatusDocument {
        let ending = try await status(gateway, ["--format", "json"])
        return try StatusDocument(json: ending.output)
    }

    @Test func `orders that flow are in the figures`() async throws {
        try await withDev { gateway in
            try await gateway.waitForReadiness()
            let ids = try await [gateway.place(), gateway.place(), gateway.place()]
            for id in ids {
                try await gateway.view(of: id) { $0["status"] == "confirmed" }
            }
            let reply = try await gateway.get("/status")
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "application/json")
            #expect(reply["Cache-Control"] == "no-store")
            #expect(reply["X-Correlation-ID"] != nil)

            let document = try StatusDocument(json: reply.body)
            #expect(document.ready)
            #expect(document.checks.map(\.name).contains("kafka"))
            #expect(document.service.uptimeSeconds > 0)
            #expect(document.orders.acceptedTotal == 3)
            #expect(document.http.requestsTotal >= 6)
            #expect(document.http.serverErrorsTotal == 0)
            #expect(document.http.connections >= 1)
            // Each order has its event, and the answer of the inventory in the same process.
            #expect(document.events.sentTotal == 6)
            #expect(document.events.consumedTotal == 6)
            #expect(document.readModel.hotOrders == 3)
            #expect(document.process.residentBytes > 1_000_000)
            #expect(document.samples.intervalSeconds == 1)

            try await eventually("rates, quantiles, and no lag") {
                let document = try await self.document(gateway)
                return document.orders.acceptedPerSecond > 0
                    && document.http.postOrderSeconds.p99 != nil
                    && document.orders.visibleSeconds.p50 != nil
                    && document.samples.points.contains { $0.ordersPerSecond > 0 }
                    && Set(document.lag.partitions.map(\.group)).count == 3
                    && document.lag.total == 0
                    && document.lag.partitions.allSatisfy { $0.lag == 0 && $0.end >= 0 }
            }
            let text = try await status(gateway)
            #expect(text.exitCode == 0, "\(text.errorOutput)")
            #expect(text.text.hasPrefix("order-gateway 1.0.0 ("))
            #expect(text.text.contains(": ready\n"))
            #expect(text.text.contains("/s, 3 accepted\n"))
            #expect(text.text.contains("\nlag           0\n"))
            #expect(text.text.contains("\n  order-gateway-read-model-"))
        }
    }

    @Test func `a dead letter is shown with its reason`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            try await gateway.waitForReadiness()
            try await gateway.kcat.produce("no event", to: "order-events", key: "k")
            try await eventually("the dead letter") {
                try await document(gateway).deadLetters.total == 1
            }
            let letter = try #require(try await document(gateway).deadLetters.recent.first)
            #expect(letter.topic == "order-events")
            #expect(letter.offset == 0)
            #expect(letter.orderId == nil)
            #expect(!letter.error.isEmpty)
            let text = try await status(gateway).text
            #expect(text.contains("\ndead letters  1\n"))
            #expect(text.contains("order-events/\(letter.partition)/0"))
        }
    }

    @Test func `with a port for operators it is there alone`() async throws {
        try await withDev(["--no-inventory", "--admin-port", "0"]) { gateway in
            let port = try gateway.adminPort()
            #expect(try await gateway.get("/status").status == 404)
            let found = try await runOrderGateway(["status", "--admin-port", "\(port)"])
            #expect([0, 1].contains(found.exitCode), "\(found.errorOutput)")
            #expect(found.text.hasPrefix("order-gateway "))
            let byURL = try await runOrderGateway(
                ["status", "--url", "http://127.0.0.1:\(port)/"]
            )
            #expect(byURL.text.hasPrefix("order-gateway "))
            let missed = try await status(gateway)
            #expect(missed.exitCode == 69)
            #expect(
                missed.errorOutput.contains("http://127.0.0.1:\(gateway.port)/status: it answers")
            )
            #expect(missed.errorOutput.contains("404"))
        }
    }

    @Test func `a gateway that is away is named with the flags to check`() async throws {
        let port = try freePort()
        let ending = try await runOrderGateway(["status", "--http-port", "\(port)"])
        #expect(ending.exitCode == 69)
        #expect(ending.output.isEmpty)
        #expect(ending.errorOutput.contains("http://127.0.0.1:\(port)/status: "))
        #expect(ending.errorOutput.contains("Check --url, or --admin-port and --http-port"))
        let wrong = try await runOrderGateway(["status", "--url", "gateway:8080"])
        #expect(wrong.exitCode == 64)
        #expect(wrong.errorOutput.contains("--url: "), "\(wrong.errorOutput)")
    }

    @Test func `watching goes on when the gateway goes and comes`() async throws {
        let port = try freePort()
        let watch = try orderGateway(
            ["status", "--watch", "--interval", "0.1", "--http-port", "\(port)"]
        )
        try await watch.waitForOutput(containing: "trying again")
        let temporary = try TemporaryFolder()
        let gateway = try orderGateway(
            ["dev", "--no-inventory", "--http-port", "\(port)"],
            environment: ["TMPDIR": temporary.path]
        )
        try await gateway.whileServing(ready: "Ctrl-C stops.") {
            try await watch.waitForOutput(containing: "order-gateway 1.0.0 (")
        }
        try await eventually("the gateway to be missed again. \(watch.report)") {
            watch.errorOutput.split(separator: "\n").count { $0.contains("trying again") } >= 2
        }
        watch.interrupt()
        #expect(try await watch.waitForExit() == 0, "\(watch.report)")
    }

    /// The broker is stopped and started while orders come.
    @Test(.enabled(if: EndToEndBroker.isAvailable))
    func `an outage of the broker is told at once, and its end`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let flags = ["--request-timeout", "3"]
            try await withServe(broker, dataDir: folder.path("data"), flags) { gateway in
                try await gateway.view(of: try await gateway.place())
                #expect(try await document(gateway).ready)
                let load = Task {
                    while !Task.isCancelled {
                        _ = try? await gateway.post(OrderText.first)
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                }
                defer { load.cancel() }
                try await broker.stop()
                try await eventually(within: .seconds(5), "the outage in the status") {
                    let document = try await self.document(gateway)
                    let kafka = document.checks.first { $0.name == "kafka" }
                    return !document.ready && kafka?.status == "unavailable"
                        && kafka?.reason != nil
                }
                let text = try await status(gateway)
                #expect(text.exitCode == 1)
                #expect(text.text.contains(": NOT READY\n  "))
                #expect(text.text.contains("  kafka: unavailable"), "\(text.text)")
                try await eventually("errors in the figures") {
                    let document = try await self.document(gateway)
                    return document.http.serverErrorRatio > 0
                        && document.events.sendFailedTotal > 0
                }

                try await broker.restart()
                try await gateway.waitForReadiness()
                try await eventually(within: .seconds(5), "the end of the outage") {
                    try await self.document(gateway).ready
                }
                try await eventually("orders again, without lag and errors") {
                    let document = try await self.document(gateway)
                    return document.orders.acceptedPerSecond > 0
                        && document.http.serverErrorRatio == 0
                        && document.lag.total < 20
                }
                #expect(try await status(gateway).exitCode == 0)
                load.cancel()
                await load.value
            }
        }
    }
}
