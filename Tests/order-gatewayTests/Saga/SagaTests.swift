import TestSupport
import Testing

/// The saga: what cannot be reserved is cancelled, once.
@Suite(.serialized)
struct SagaTests {
    private enum Load {
        static let orders = 200
        /// Every fifth order is out of stock.
        static let failing = 40
        /// Times that a replica is killed during the run.
        static let kills = 6
    }

    /// Places the orders, every fifth of something that is out of stock.
    private func place(_ gateway: @escaping @Sendable () async -> GatewayProcess) async throws
        -> [String]
    {
        var ids: [String] = []
        for number in 0..<Load.orders {
            let product = number % 5 == 4 ? "out-of-stock-\(number)" : "p-\(number)"
            let text = OrderText.order(customer: "c-\(number)", product: product)
            ids.append(try await gateway().place(text))
        }
        return ids
    }

    /// Checks every order's end, and that each failure has one cancellation.
    private func expectOutcome(_ ids: [String], _ gateway: GatewayProcess) async throws {
        for (number, id) in ids.enumerated() {
            let status = number % 5 == 4 ? "cancelled" : "confirmed"
            let view = try await gateway.view(of: id) { $0["status"].string == status }.json
            if status == "cancelled" { #expect(view["reason"] == "insufficient_stock") }
        }
        var failures: Set<String> = []
        for record in try await gateway.kcat.records(in: "inventory-events") {
            let event = try record.json
            guard event["event_type"] == "InventoryReservationFailed" else { continue }
            failures.insert(try #require(event["event_id"].string))
        }
        var causes: [String: Set<String>] = [:]
        var cancelled: Set<String> = []
        for record in try await gateway.kcat.records(in: "order-events") {
            let event = try record.json
            guard event["event_type"] == "OrderCancelled" else { continue }
            #expect(record.key == event["data"]["order_id"].string)
            cancelled.insert(try #require(record.key))
            causes[try #require(event["data"]["caused_by"].string), default: []]
                .insert(record.payload ?? "")
        }
        #expect(cancelled.count == Load.failing)
        #expect(failures.isSuperset(of: causes.keys))
        // A cancellation may have been published again after a crash, but never another one.
        #expect(causes.values.allSatisfy { $0.count == 1 })
    }

    @Test
    func `on the embedded broker every fifth of 200 orders is cancelled`() async throws {
        try await withDev { gateway in
            let ids = try await place { gateway }
            try await expectOutcome(ids, gateway)
            let events = try await gateway.kcat.records(in: "order-events")
            #expect(
                try events.count { try $0.json["event_type"] == "OrderCancelled" } == Load.failing
            )
        }
    }

    @Test(.enabled(if: NoidaBroker.isAvailable))
    func `with two replicas, one of them killed again and again, it ends the same`() async throws {
        try await withNoida { broker in
            let folder = try TemporaryFolder()
            // The steady replica makes the topics, without which nobody can join.
            try await withServe(broker, dataDir: folder.path("steady")) { steady in
                try await withInventory(broker) {
                    let crashing = Task {
                        for _ in 0..<Load.kills {
                            let replica = try await GatewayProcess.serve(
                                brokers: broker.bootstrapServers,
                                dataDir: folder.path("crashing")
                            )
                            try await replica.waitForReadiness()
                            try await replica.kill()
                        }
                    }
                    let ids = try await place { steady }
                    try await crashing.value
                    try await expectOutcome(ids, steady)
                }
            }
        }
    }
}
