import Foundation
import TestSupport
import Testing

/// Crashes, and what is left after them.
@Suite(.serialized)
struct CrashTests {
    private enum Load {
        static let clients = 4
        /// Orders accepted before the crash: enough that it comes in the middle of things.
        static let orders = 600
        /// Bounds what noida-db has to keep.
        static let mostOrders = 4_000
    }

    @Test
    func `after kill -9 under load every accepted order is served, and none twice`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let data = folder.path("data")
            let database = Database(folder: data)
            let crashing = try await GatewayProcess.serve(
                brokers: broker.bootstrapServers,
                dataDir: data
            )
            try await crashing.waitForReadiness()
            let accepted = AcceptedOrders()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<Load.clients {
                    group.addTask {
                        try await onThread { Self.post(to: crashing, as: client, accepted) }
                    }
                }
                try await eventually("\(Load.orders) orders") {
                    accepted.ids.count >= Load.orders
                }
                try await crashing.kill()
                try await group.waitForAll()
            }
            let ids = accepted.ids
            let stored = try await database.offsets()
            #expect(stored.values.reduce(0, +) > 0)

            let gateway = try await GatewayProcess.serve(
                brokers: broker.bootstrapServers,
                dataDir: data
            )
            try await gateway.process.waitForOutput(containing: "projection has caught up")
            try await expectServed(ids, gateway)

            let events = try await gateway.kcat.records(in: "order-events")
            let published = Set(events.compactMap(\.key))
            #expect(published.count == events.count, "an order was published twice")
            #expect(published.isSuperset(of: ids))

            // It resumed where it was: what it applied is what had not been stored.
            let line = try await gateway.process.waitForOutput(
                containing: "projection has caught up"
            )
            let applied = line.split(separator: "=").last.flatMap { Int($0) }
            #expect(applied == events.count - stored.values.reduce(0, +), "\(line)")

            #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
            let offsets = try await database.offsets()
            for (partition, offset) in stored {
                #expect(offsets[partition] ?? 0 >= offset, "\(partition)")
            }
            #expect(offsets.values.reduce(0, +) == events.count)
            #expect(try await database.number("SELECT count(*) FROM orders") == events.count)
            #expect(
                try await database.number("SELECT count(DISTINCT order_id) FROM orders")
                    == events.count
            )
        }
    }

    /// Posts until the gateway is gone.
    private static func post(
        to gateway: GatewayProcess,
        as number: Int,
        _ accepted: AcceptedOrders
    ) {
        let client = gateway.client()
        for order in 0..<Load.mostOrders / Load.clients {
            let json = OrderText.order(customer: "c-\(number)-\(order)")
            guard let reply = try? client.post("/orders", json: json) else { return }
            guard reply.status == 202, let id = try? reply.json["order_id"].string else {
                Issue.record("\(reply.status) \(reply.text)")
                return
            }
            accepted.append(id)
        }
    }

    @Test
    func `a read model that was deleted is rebuilt byte for byte`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let data = folder.path("data")
            let database = Database(folder: data)
            var before: [String: HTTPReply] = [:]
            var rows: [String] = []
            try await withServe(broker, dataDir: data) { gateway in
                try await withInventory(broker) {
                    for number in 0..<30 {
                        let product = number.isMultiple(of: 3) ? "out-of-stock-1" : "p-\(number)"
                        let id = try await gateway.place(
                            OrderText.order(customer: "c-\(number)", product: product)
                        )
                        before[id] = try await gateway.view(of: id) {
                            $0["status"] == "confirmed" || $0["status"] == "cancelled"
                        }
                    }
                }
            }
            let everything = "SELECT * FROM orders ORDER BY order_id"
            rows = try await database.rows(everything, isQuoted: true)
            #expect(rows.count == before.count)

            try FileManager.default.removeItem(atPath: data)
            try await withServe(broker, dataDir: data) { gateway in
                for (id, reply) in before {
                    let rebuilt = try await gateway.get("/orders/\(id)")
                    #expect(rebuilt.body == reply.body, "\(rebuilt.text)")
                    #expect(rebuilt["ETag"] == reply["ETag"])
                }
            }
            #expect(try await database.rows(everything, isQuoted: true) == rows)
        }
    }

    @Test
    func `orders outlive a restart of gateway and broker`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let data = folder.path("data")
            var id = ""
            var body: [UInt8] = []
            try await withServe(broker, dataDir: data) { gateway in
                id = try await gateway.place()
                body = try await gateway.view(of: id).body
            }
            try await broker.restart()
            try await withServe(broker, dataDir: data) { gateway in
                #expect(try await gateway.get("/orders/\(id)").body == body)
                let later = try await gateway.place(OrderText.order(customer: "later"))
                try await gateway.view(of: later)
            }
        }
    }

    private func expectServed(_ ids: [String], _ gateway: GatewayProcess) async throws {
        let missing = try await onThread {
            let client = gateway.client()
            return try ids.filter { try client.get("/orders/\($0)").status != 200 }
        }
        #expect(missing.isEmpty, "\(missing.count) of \(ids.count)")
    }
}
