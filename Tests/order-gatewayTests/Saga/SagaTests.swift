import Foundation
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
        static let kills = 20
    }

    private func order(_ number: Int) -> String {
        let product = number % 5 == 4 ? "out-of-stock-\(number)" : "p-\(number)"
        return OrderText.order(customer: "c-\(number)", product: product)
    }

    /// Checks every order's end, and that each failure has one cancellation.
    private func expectOutcome(_ ids: [String], _ gateway: GatewayProcess) async throws {
        for (number, id) in ids.enumerated() {
            let status = number % 5 == 4 ? "cancelled" : "confirmed"
            // A group gets over a member that died within its session timeout, 6 s.
            let view = try await gateway.view(of: id, within: .seconds(90)) {
                $0["status"].string == status
            }.json
            let reason = status == "cancelled" ? "insufficient_stock" : nil
            #expect(view["reason"].string == reason)
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
            var ids: [String] = []
            for number in 0..<Load.orders { ids.append(try await gateway.place(order(number))) }
            try await expectOutcome(ids, gateway)
            let events = try await gateway.kcat.records(in: "order-events")
            #expect(
                try events.count { try $0.json["event_type"] == "OrderCancelled" } == Load.failing
            )
        }
    }

    /// noida-db never gets over a member that died while others join.
    @Test(.enabled(if: EndToEndBroker.getsOverDeadMembers), .timeLimit(.minutes(5)))
    func `with two replicas that are killed again and again it ends the same`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            func start(_ number: Int) async throws -> GatewayProcess {
                try await .serve(
                    brokers: broker.bootstrapServers,
                    dataDir: folder.path("replica-\(number)")
                )
            }
            var replicas = [try await start(0), try await start(1)]
            // They make the topics, without which nobody can join a group.
            for replica in replicas { try await replica.waitForReadiness() }
            try await withInventory(broker) {
                var ids: [String] = []
                try await withSeededGenerator { generator in
                    for kill in 0..<Load.kills {
                        let victim = Int.random(in: 0...1, using: &generator)
                        // Orders go to the other one, for what a killed one has answered is known,
                        // but not what it was about to answer.
                        let first = kill * Load.orders / Load.kills
                        for number in first..<(kill + 1) * Load.orders / Load.kills {
                            ids.append(try await place(order(number), replicas[1 - victim]))
                        }
                        let pause = Int.random(in: 0...1_000, using: &generator)
                        try await Task.sleep(for: .milliseconds(pause))
                        try await replicas[victim].kill()
                        replicas[victim] = try await start(victim)
                    }
                }
                for replica in replicas { try await expectOutcome(ids, replica) }
            }
            for replica in replicas { #expect(try await replica.stop() == 0) }
        }
    }

    /// Places an order with a replica that may have been started just now.
    private func place(_ json: String, _ replica: GatewayProcess) async throws -> String {
        var id: String?
        try await eventually("an order to be taken") {
            let reply = try await replica.post(json)
            // 503 is certain: nothing was published.
            try #require([202, 503].contains(reply.status), "\(reply.text)")
            id = reply.status == 202 ? try reply.json["order_id"].string : nil
            return id != nil
        }
        return try #require(id)
    }
}
