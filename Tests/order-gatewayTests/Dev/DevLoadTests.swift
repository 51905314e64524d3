import Foundation
import TestSupport
import Testing

/// `order-gateway dev` under load.
@Suite(.serialized)
struct DevLoadTests {
    private enum Load {
        static let connections = 8
        static let ordersPerConnection = 25
        /// Orders that are read back after a load of thousands.
        static let sample = 500
    }

    @Test
    func `two hundred concurrent orders are all accepted and readable`() async throws {
        try await withDev { gateway in
            let ids = try await withThrowingTaskGroup(of: [String].self) { group in
                for connection in 0..<Load.connections {
                    group.addTask {
                        try await onThread {
                            let client = gateway.client()
                            return try (0..<Load.ordersPerConnection).map { number in
                                let reply = try client.post(
                                    "/orders",
                                    json: OrderText.order(customer: "c-\(connection)-\(number)")
                                )
                                try #require(reply.status == 202, "\(reply.text)")
                                return try #require(try reply.json["order_id"].string)
                            }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(ids).count == Load.connections * Load.ordersPerConnection)
            try await expectServed(ids, gateway)
        }
    }

    @Test
    func `wrk has every order accepted, published and readable`() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(
            """
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            local count = 0
            request = function()
                count = count + 1
                return wrk.format(nil, "/orders", nil, '{"customer_id":"c-' .. count
                    .. '","items":[{"product_id":"p-1","quantity":2,"unit_price":"9.99"}]}')
            end
            done = function(summary)
                local e = summary.errors
                io.write("RESULT ", summary.requests, " ", e.status, " ",
                    e.connect + e.read + e.write + e.timeout, "\\n")
            end
            """,
            to: "orders.lua"
        )
        try await withDev { gateway in
            let ending = try await ChildProcess.run(
                "wrk",
                [
                    "-t1", "-c64", "-d2s", "--timeout", "20s", "-s", script,
                    "http://127.0.0.1:\(gateway.port)",
                ]
            )
            #expect(ending.exitCode == 0, "\(ending.errorOutput)")
            let line = try #require(
                ending.text.split(separator: "\n").first { $0.hasPrefix("RESULT ") },
                "\(ending.text)"
            )
            let counts = line.split(separator: " ").dropFirst().compactMap { Int($0) }
            try #require(counts.count == 3, "\(line)")
            #expect(counts[0] > 0)
            #expect(counts[1] == 0, "answers other than 2xx")
            #expect(counts[2] == 0, "socket errors")

            let events = try await gateway.kcat.records(in: "order-events")
            let ids = events.compactMap(\.key)
            #expect(Set(ids).count == ids.count, "an order was published twice")
            // wrk hangs up on the requests that are under way when its time is up.
            #expect((counts[0]...counts[0] + 64).contains(ids.count))
            let step = max(1, ids.count / Load.sample)
            try await expectServed(
                stride(from: 0, to: ids.count, by: step).map { ids[$0] },
                gateway
            )
        }
    }

    /// Waits until all orders are served.
    private func expectServed(_ ids: [String], _ gateway: GatewayProcess) async throws {
        try await onThread {
            let client = gateway.client()
            for id in ids {
                try waitUntil("the view of \(id)") { try client.get("/orders/\(id)").status == 200 }
            }
        }
    }
}
