import Foundation
import TestSupport
import Testing

private let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

/// What may be found in the topics, and what may be missing there.
@Suite(.serialized, .enabled(if: KafkaBroker.isAvailable), .kafka())
struct ConsumedRecordTests {
    private static let orders = "order-events"
    private static let inventory = "inventory-events"

    private func configure(_ topic: String, _ entry: String, _ kafka: KafkaBroker) async throws {
        try await kafka.run(
            .configs,
            [
                "--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", entry,
            ]
        )
    }

    /// Deletes all records of a topic, to the end of each partition.
    private func deleteRecords(of topic: String, _ kafka: KafkaBroker) async throws {
        let count = try await Kcat(bootstrapServers: kafka.bootstrapServers).topics()[topic] ?? 0
        let partitions = (0..<count).map {
            #"{"topic":"\#(topic)","partition":\#($0),"offset":-1}"#
        }
        let folder = try TemporaryFolder()
        let file = try folder.write(
            #"{"version":1,"partitions":[\#(partitions.joined(separator: ","))]}"#,
            to: "offsets.json"
        )
        try await kafka.run(.deleteRecords, ["--offset-json-file", file])
        withExtendedLifetime(folder) {}
    }

    // MARK: Transactions

    private func openTransaction(
        _ kafka: KafkaBroker,
        partition: Int,
        order: String
    ) async throws -> ChildProcess {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "transaction.py").path
        let process = try ChildProcess(
            try #require(python),
            [
                script, kafka.bootstrapServers, Self.orders, "\(partition)", order,
                ForeignEvent.created(order),
            ]
        )
        try await process.waitForOutput(containing: "open")
        return process
    }

    @Test(.enabled(if: python != nil), .timeLimit(.minutes(2)))
    func `an open transaction is named, its end heals, and what is left of it is no loss`()
        async throws
    {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        try await withServe(kafka, dataDir: folder.path("data")) { gateway in
            for commits in [true, false] {
                let first = try await gateway.place()
                try await gateway.view(of: first)
                let record = try #require(
                    try await gateway.kcat.records(in: Self.orders).last { $0.key == first }
                )
                let ends = try await gateway.kcat.ends(of: Self.orders)
                let end = try #require(ends[record.partition])
                let id = ForeignEvent.id()
                let transaction = try await openTransaction(
                    kafka,
                    partition: record.partition,
                    order: id
                )
                try await gateway.waitFor(
                    ["projection", "saga"],
                    saying: [
                        "\(Self.orders)[\(record.partition)]",
                        "held back by an open transaction since offset \(end)",
                    ],
                    within: .seconds(8)
                )
                if commits { transaction.interrupt() } else { transaction.terminate() }
                #expect(try await transaction.waitForExit() == 0, "\(transaction.report)")
                try await gateway.waitForReadiness()
                if commits {
                    try await gateway.view(of: id)
                } else {
                    #expect(try await gateway.get("/orders/\(id)").status == 404)
                }
            }
            // The last that there is are markers, and lag tools see none.
            for group in try await kafka.readModelGroups() + ["order-service"] {
                try await eventually("\(group) has committed everything") {
                    let lines = try await kafka.group(group).filter { $0.topic == Self.orders }
                    return !lines.isEmpty && lines.allSatisfy { $0.committed == $0.end }
                }
            }
        }
        try await deleteRecords(of: Self.orders, kafka)
        try await withServe(kafka, dataDir: folder.path("data")) { gateway in
            try await gateway.view(of: gateway.place())
            #expect(!gateway.process.errorOutput.contains("were removed"))
        }
    }

    // MARK: Losses

    @Test(.timeLimit(.minutes(2)))
    func `events that were removed before they were consumed are told of until that is accepted`()
        async throws
    {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        let data = folder.path("data")
        try await withServe(kafka, dataDir: data) { gateway in
            for _ in 0..<12 { try await gateway.view(of: gateway.place()) }
        }
        let kcat = Kcat(bootstrapServers: kafka.bootstrapServers)
        let ids = (0..<20).map { _ in ForeignEvent.id() }
        try await kcat.produce(
            ids.map { ($0, Array(ForeignEvent.created($0).utf8)) },
            to: Self.orders
        )
        try await deleteRecords(of: Self.orders, kafka)

        let stopped = try await GatewayProcess.serve(
            brokers: kafka.bootstrapServers,
            dataDir: data
        )
        try await stopped.waitFor(
            ["projection", "saga"],
            saying: [
                Self.orders, "were removed before they were consumed", "--lost-events accept",
            ],
            within: .seconds(10)
        )
        for part in ["projection", "saga"] {
            #expect(stopped.process.errorOutput.contains("critical \(part) is waiting"))
        }
        try await stopped.expectStop()

        try await withServe(kafka, dataDir: data, ["--lost-events", "accept"]) { gateway in
            try await gateway.view(of: gateway.place())
            #expect(gateway.process.errorOutput.contains("lost events are accepted"))
        }
        // It is over then.
        try await withServe(kafka, dataDir: data) { gateway in
            try await gateway.view(of: gateway.place())
            #expect(!gateway.process.errorOutput.contains("were removed"))
        }
    }

    // MARK: Sizes

    @Test(.timeLimit(.minutes(2)))
    func `a dead letter that is too large shrinks, and a cancellation waits for its limit`()
        async throws
    {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        var id = ""
        try await withServe(kafka, dataDir: folder.path("data")) { gateway in
            try await configure("dead-letter-queue", "max.message.bytes=1200", kafka)
            try await gateway.kcat.produce(String(repeating: "x", count: 5_000), to: Self.inventory)
            try await eventually("a dead letter") {
                try await gateway.kcat.records(in: "dead-letter-queue").count == 1
            }
            let letter = try #require(
                try await gateway.kcat.records(in: "dead-letter-queue").first
            )
            #expect(letter.header("__dlq.errors.topic") == Self.inventory)
            #expect(letter.payload.map { $0.utf8.count < 1_200 } ?? true)
            try await gateway.waitForReadiness()

            id = try await gateway.place()
            try await gateway.view(of: id)
            try await configure(Self.orders, "max.message.bytes=100", kafka)
            try await gateway.kcat.produce(ForeignEvent.failed(id), to: Self.inventory, key: id)
            try await gateway.waitFor(["saga"], saying: ["a cancellation cannot be published"])
        }
        // Stopping is not kept by it, and it is not forgotten.
        let gateway = try await GatewayProcess.serve(
            brokers: kafka.bootstrapServers,
            dataDir: folder.path("data")
        )
        try await gateway.waitFor(["saga"], saying: ["a cancellation cannot be published"])
        try await configure(Self.orders, "max.message.bytes=1048588", kafka)
        try await gateway.view(of: id) { $0["status"] == "cancelled" }
        try await gateway.waitForReadiness()
        let cancelled = try await gateway.kcat.records(in: Self.orders).count { record in
            try record.key == id && record.json["event_type"] == "OrderCancelled"
        }
        #expect(cancelled == 1)
        try await gateway.expectStop()
    }

    // MARK: Others

    @Test(.timeLimit(.minutes(1)))
    func `an event without a key is an event`() async throws {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        try await withServe(kafka, dataDir: folder.path("data")) { gateway in
            let letters = try await gateway.kcat.records(in: "dead-letter-queue").count
            let id = ForeignEvent.id()
            try await gateway.kcat.produce(ForeignEvent.created(id), to: Self.orders)
            try await gateway.view(of: id) { $0["status"] == "pending" }
            try await gateway.kcat.produce(ForeignEvent.failed(id), to: Self.inventory)
            try await gateway.view(of: id) { $0["status"] == "cancelled" }
            #expect(
                try await gateway.kcat.records(in: "dead-letter-queue").count == letters
            )
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `more events behind than allowed is unreadiness until they are consumed`() async throws {
        let kafka = try KafkaBroker.current
        let folder = try TemporaryFolder()
        let flags = ["--ready-max-lag", "10"]
        try await withServe(kafka, dataDir: folder.path("data"), flags) { gateway in
            let id = ForeignEvent.id()
            let events = (0..<50_000).map { _ in
                (key: id, value: Array(ForeignEvent.created(id).utf8))
            }
            async let flood: Void = gateway.kcat.produce(events, to: Self.orders)
            try await gateway.waitFor(["projection"], saying: ["more than 10 events behind"])
            try await flood
            try await gateway.waitForReadiness()
            try await gateway.view(of: id)
        }
    }
}
