import Glibc
import TestSupport
import Testing

/// Two replicas, of which one goes away.
@Suite(.serialized, .enabled(if: KafkaBroker.isAvailable), .kafka())
struct ReplicaTests {
    private enum Pause {
        /// Longer than a group waits for a member.
        static let length = Duration.seconds(8)
    }

    private func serve(_ folder: TemporaryFolder, _ name: String) async throws -> GatewayProcess {
        let gateway = try await GatewayProcess.serve(
            brokers: KafkaBroker.current.bootstrapServers,
            dataDir: folder.path(name)
        )
        try await gateway.waitForReadiness()
        return gateway
    }

    @Test(.timeLimit(.minutes(2)))
    func `one that was stopped for a while knows that others went on`() async throws {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        let (stopped, other) = (
            try await serve(folder, "stopped"), try await serve(folder, "other")
        )
        try await withInventory(kafka) {
            // With nothing under way: what is published and not committed is published twice.
            try await stopped.expectOutcomes(of: 30)
            try await eventually("everything is committed") {
                try await kafka.group("order-service").allSatisfy {
                    $0.committed == $0.end || $0.end == 0
                }
            }
            try stopped.process.suspend()
            let load = try await OrderLoad.run(
                on: other,
                clients: 4,
                rate: 40,
                order: { OrderText.order(customer: $0, product: "out-of-stock-\($0)") }
            ) { load in
                // What is tested is the length of it.
                try await Task.sleep(for: Pause.length)
                let meanwhile = Set(load.told.values.compactMap(\.id))
                #expect(meanwhile.count > 100)
                // It comes in before the process goes on: nobody else is answered earlier.
                async let first = stopped.get("/readyz")
                try await Task.sleep(for: .milliseconds(200))
                stopped.process.send(SIGCONT)
                #expect(try await first.status == 503)
                for id in meanwhile {
                    let reply = try await stopped.get("/orders/\(id)")
                    #expect([200, 503].contains(reply.status), "\(reply.text)")
                }
                try await stopped.waitForReadiness()
                for id in meanwhile {
                    #expect(try await stopped.get("/orders/\(id)").status == 200)
                }
            }
            for id in load.told.values.compactMap(\.id) {
                try await stopped.view(of: id) { $0["status"] == "cancelled" }
            }
        }
        let cancelled = try await other.kcat.records(in: "order-events").filter {
            try $0.json["event_type"] == "OrderCancelled"
        }
        #expect(Set(cancelled.compactMap(\.key)).count == cancelled.count, "one stands twice")
        try await stopped.expectStop()
        try await other.expectStop()
    }

    @Test(.timeLimit(.minutes(2)))
    func `one that stops hands its partitions on at once, and a new one gets some`() async throws {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        let (old, other) = (try await serve(folder, "old"), try await serve(folder, "other"))
        #expect(try await members(kafka).count == 2)
        try await old.expectStop()
        // A group would wait 6 s for a member that did not leave.
        try await eventually(within: .seconds(4), "the other one has all partitions") {
            let members = try await members(kafka)
            return members.count == 1 && !members.contains(nil)
        }
        try await other.waitForReadiness()
        let new = try await serve(folder, "new")
        let two = try await members(kafka)
        #expect(two.count == 2 && !two.contains(nil))
        try await withInventory(kafka) { try await new.expectOutcomes(of: 6) }
        #expect(try await other.get("/readyz").status == 200)
        try await new.expectStop()
        try await other.expectStop()
    }

    /// Who has the saga's partitions; `nil` is in it when somebody has not.
    private func members(_ kafka: KafkaBroker) async throws -> Set<String?> {
        Set(try await kafka.group("order-service").map(\.member))
    }
}
