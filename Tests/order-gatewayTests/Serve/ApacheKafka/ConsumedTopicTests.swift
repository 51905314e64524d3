import TestSupport
import Testing

/// Topics that change while they are consumed.
///
/// The broker makes every topic that somebody asks for: we do not.
@Suite(
    .serialized,
    .enabled(if: KafkaBroker.isAvailable),
    .kafka(KafkaSetup(properties: ["auto.create.topics.enable": "true"]))
)
struct ConsumedTopicTests {
    private static let topics = ["order-events", "inventory-events"]

    @Test(.timeLimit(.minutes(2)))
    func `added partitions are consumed from their first event and committed`() async throws {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        try await withServe(kafka, dataDir: folder.path("data")) { gateway in
            try await withInventory(kafka) {
                try await gateway.expectOutcomes(of: 3)
                let before = try await gateway.kcat.topics()
                var counts: [String: Int] = [:]
                for topic in Self.topics {
                    let count = try #require(before[topic]) + 2
                    counts[topic] = count
                    try await kafka.run(
                        .topics,
                        ["--alter", "--topic", topic, "--partitions", "\(count)"]
                    )
                }
                var ids: [String] = []
                for _ in 0..<6 {
                    ids.append(try await gateway.place(GatewayProcess.order(ids.count)))
                }
                let failures = try await writeEverywhere(counts, &ids, gateway)
                try await gateway.expectOutcomes(of: ids)
                try await eventually("each failure is made good") {
                    let orders = try await gateway.kcat.records(in: "order-events")
                    let cancelled = try orders.filter {
                        try $0.json["event_type"] == "OrderCancelled"
                    }
                    return failures.isSubset(of: Set(cancelled.compactMap(\.key)))
                }
                try await expectCommitted("order-service", counts, kafka)
                try await expectCommitted(
                    "inventory-service",
                    counts.filter { $0.key == "order-events" },
                    kafka
                )
                for group in try await kafka.readModelGroups() {
                    try await expectCommitted(group, counts, kafka)
                }
            }
        }
    }

    /// Writes orders and failures until there are some in all partitions.
    ///
    /// - Returns: The orders that cannot be fulfilled, of which nothing else is known.
    private func writeEverywhere(
        _ counts: [String: Int],
        _ ids: inout [String],
        _ gateway: GatewayProcess
    ) async throws -> Set<String> {
        var failures: Set<String> = []
        var isEverywhere = false
        var rounds = 0
        while !isEverywhere {
            rounds += 1
            try #require(rounds <= 50, "some partition gets nothing")
            var orders: [(key: String, value: [UInt8])] = []
            for _ in 0..<12 {
                let id = ForeignEvent.id()
                let product = ids.count % 3 == 1 ? "out-of-stock" : "p-1"
                orders.append((id, Array(ForeignEvent.created(id, product: product).utf8)))
                ids.append(id)
            }
            try await gateway.kcat.produce(orders, to: "order-events")
            let failed = (0..<12).map { _ in ForeignEvent.id() }
            try await gateway.kcat.produce(
                failed.map { ($0, Array(ForeignEvent.failed($0).utf8)) },
                to: "inventory-events"
            )
            failures.formUnion(failed)
            isEverywhere = true
            for (topic, count) in counts {
                let found = try await gateway.kcat.ends(of: topic).count
                if found < count { isEverywhere = false }
            }
        }
        return failures
    }

    private func expectCommitted(
        _ group: String,
        _ counts: [String: Int],
        _ kafka: KafkaBroker
    ) async throws {
        try await eventually("\(group) has committed everything") {
            let lines = try await kafka.group(group)
            return counts.allSatisfy { topic, count in
                lines.count { $0.topic == topic && $0.committed == $0.end && $0.end != nil }
                    == count
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a topic that was deleted is named, and consumed once it is made anew`() async throws {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        let gateway = try await GatewayProcess.serve(
            brokers: kafka.bootstrapServers,
            dataDir: folder.path("data")
        )
        try await gateway.waitForReadiness()
        try await withInventory(kafka) {
            for topic in Self.topics.reversed() {
                try await gateway.expectOutcomes(of: 3)
                try await kafka.run(.topics, ["--delete", "--topic", topic])
                try await gateway.waitFor(
                    ["projection", "saga"],
                    saying: [topic, "it was deleted"],
                    within: .seconds(5)
                )
                #expect(gateway.process.errorOutput.contains("topic \(topic)"))
                _ = try await gateway.post(OrderText.first)
                try await makeTopic(topic, kafka)
                try await gateway.waitForReadiness()
                try await gateway.expectOutcomes(of: 6)
            }
        }
        // Stopping is not kept by a topic that is missing.
        try await kafka.run(.topics, ["--delete", "--topic", "inventory-events"])
        try await gateway.waitFor(["projection", "saga"], saying: ["inventory-events"])
        try await gateway.expectStop()
        try await makeTopic("inventory-events", kafka)
    }

    /// Makes the one that is missing: nobody has made it meanwhile.
    private func makeTopic(_ topic: String, _ kafka: KafkaBroker) async throws {
        let made = try await runOrderGateway(
            ["topics", "create", "--kafka-brokers", kafka.bootstrapServers]
        )
        #expect(made.exitCode == 0, "\(made.errorOutput)")
        #expect(made.text.contains("\(topic)\tcreated"), "\(made.text)")
    }
}
