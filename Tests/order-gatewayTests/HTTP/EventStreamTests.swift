import Foundation
import TestSupport
import Testing

private let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

/// `GET /orders/events` of the program.
@Suite(.serialized)
struct EventStreamTests {
    private func open(
        _ gateway: GatewayProcess,
        _ version: EventStreamClient.Version = .http1,
        query: String = "",
        after last: String? = nil
    ) async throws -> EventStreamClient {
        try await onThread {
            let client = try EventStreamClient(version, port: gateway.port, timeout: .seconds(30))
            let fields = last.map { [("Last-Event-ID", $0)] } ?? []
            try client.open("/orders/events\(query)", fields: fields)
            try client.receive("\n\n")
            return client
        }
    }

    private func states(_ client: EventStreamClient, of id: String) -> [String] {
        client.views.filter { $0["order_id"].string == id }.compactMap { $0["status"].string }
    }

    @Test(arguments: EventStreamClient.Version.allCases)
    func `orders are seen pending, then confirmed or cancelled`(
        _ version: EventStreamClient.Version
    ) async throws {
        try await withDev { gateway in
            let client = try await open(gateway, version)
            let cancelled = try await open(gateway, version, query: "?status=cancelled")
            let customer = try await open(gateway, version, query: "?customer_id=c-2")
            let good = try await gateway.place()
            let bad = try await gateway.place(
                OrderText.order(customer: "c-2", product: "out-of-stock-1")
            )
            for stream in [client, cancelled, customer] {
                try await onThread { try stream.receive(#""status":"cancelled""#) }
            }
            try await gateway.view(of: good) { $0["status"] == "confirmed" }
            let last = try await gateway.place()
            try await onThread {
                try client.receive(#"{"order_id":"\#(last)""#)
                try client.receive("\n\n")
            }
            // Inventory's answer may be read before the order that it is about.
            let sequence = ["pending", "confirmed"]
            #expect([sequence, [sequence[1]]].contains(states(client, of: good)))
            let isPending = states(client, of: bad).map { $0 == "pending" }
            #expect(isPending == isPending.sorted { $0 && !$1 })
            #expect(states(client, of: bad).last == "cancelled")
            #expect(cancelled.views.allSatisfy { $0["order_id"].string == bad })
            #expect(customer.views.allSatisfy { $0["order_id"].string == bad })
            // It is the view that GET answers with.
            let view = try await gateway.get("/orders/\(bad)").json
            #expect(cancelled.views.last == view)
        }
    }

    @Test func `a client resumes without a gap or a repetition`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            var ids = try await open(gateway).allIDs
            let first = try #require(ids.first)
            ids = []
            let placing = Task {
                for _ in 0..<40 { _ = try await gateway.place() }
            }
            var last = first
            try await eventually(within: .seconds(60), "all changes") {
                let client = try await open(gateway, after: last)
                try? await onThread { try client.receive("event: order") }
                try? await onThread { try client.receive("\n\n") }
                ids += client.ids
                last = ids.last ?? last
                return ids.count >= 40
            }
            try await placing.value
            let numbers = ids.compactMap { $0.split(separator: "-").last.flatMap { Int($0) } }
            #expect(numbers == Array(1...ids.count))
        }
    }

    @Test func `the id of an earlier process is told to be one`() async throws {
        try await withDev { gateway in
            let client = try await open(gateway, after: "0123456789abcdef-7")
            try await onThread { try client.receive("event: lagged\n") }
            #expect(client.text.contains("before the start of this one"))
        }
    }

    @Test func `a stop does not wait for those who follow`() async throws {
        var client: EventStreamClient?
        try await withDev { gateway in client = try await open(gateway) }
        let ended = try #require(client)
        try await onThread { try ended.receiveEnd() }
    }

    @Test(.enabled(if: python != nil))
    func `a thousand streams each get every change`() async throws {
        let script = Repository.path("Tests/order-gatewayTests/HTTP/streams.py")
        try await withDev { gateway in
            let ending = try await ChildProcess.run(
                python ?? "python3",
                [script, "\(gateway.port)", "1000", "40"]
            )
            #expect(ending.exitCode == 0, "\(ending.errorOutput)")
            let counts = try JSONValue(parsing: Array(ending.text.utf8))
            #expect(counts["whole"] == 1_000, "\(counts)")
        }
    }
}
