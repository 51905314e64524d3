import Foundation
import TestSupport
import Testing

/// What a broker refuses, though it is there.
@Suite(.serialized, .enabled(if: KafkaBroker.isAvailable))
struct BrokerRuleTests {
    private static let topic = "order-events"

    private func configure(_ kafka: KafkaBroker, _ entries: String) async throws {
        try await kafka.run(
            .configs,
            [
                "--alter", "--entity-type", "topics", "--entity-name", Self.topic,
                "--add-config", entries,
            ]
        )
    }

    /// An order whose event takes more than so many bytes.
    private static func large(_ bytes: Int) -> String {
        let product = String(repeating: "p", count: 60)
        let items = (0..<bytes / 100).map {
            #"{"product_id":"\#(product)\#($0)","quantity":1,"unit_price":"9.99"}"#
        }
        return #"{"customer_id":"large","items":[\#(items.joined(separator: ","))]}"#
    }

    @Test(.timeLimit(.minutes(2)))
    func `a topic that takes small batches only takes every order that fits`() async throws {
        try await withKafka { kafka in
            let admin = ["--kafka-brokers", kafka.bootstrapServers]
            #expect(try await runOrderGateway(["topics", "create"] + admin).exitCode == 0)
            try await configure(kafka, "max.message.bytes=4000")
            let folder = try TemporaryFolder()
            try await withServe(kafka, dataDir: folder.path("data")) { gateway in
                let load = try await OrderLoad.run(on: gateway, clients: 64, rate: 100_000) {
                    load in
                    try await eventually("orders") { load.count(202) >= 2_000 }
                }
                let others = load.told.values.filter { $0.status != 202 }
                #expect(others.isEmpty, "\(others.count): \(others.first?.text ?? "")")
                let large = try await gateway.post(Self.large(5_000))
                #expect(large.status == 413, "\(large.text)")
                let records = try await gateway.kcat.records(in: Self.topic)
                #expect(Set(records.compactMap(\.key)).count == records.count)
                #expect(records.count == load.count(202))
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a compacted topic is told of until it is mended, and orders are taken`() async throws {
        try await withKafka { kafka in
            let folder = try TemporaryFolder()
            try await withServe(kafka, dataDir: folder.path("data")) { gateway in
                try await configure(kafka, "cleanup.policy=compact")
                try await gateway.waitForKafka(saying: "topic order-events is compacted")
                _ = try await gateway.place()
                try await configure(kafka, "cleanup.policy=delete")
                try await gateway.waitForKafka()
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a quota delays orders, is named, and is not unreadiness`() async throws {
        try await withKafka { kafka in
            let folder = try TemporaryFolder()
            try await withServe(kafka, dataDir: folder.path("data")) { gateway in
                try await kafka.run(
                    .configs,
                    [
                        "--alter", "--entity-type", "clients", "--entity-name", "order-gateway",
                        "--add-config", "producer_byte_rate=20000",
                    ]
                )
                try await ReadinessWatch.run(on: gateway) { watch in
                    let load = try await OrderLoad.run(on: gateway, clients: 8, rate: 50) { load in
                        try await gateway.process.waitForOutput(
                            containing: "the broker delays orders: a quota"
                        )
                        // By then each partition has waited its turn behind the others.
                        let delayed = load.count(202) + 200
                        try await eventually("orders") { load.count(202) >= delayed }
                    }
                    #expect(load.count(202) == load.told.count)
                    #expect(watch.reasons.allSatisfy { $0 == nil }, "\(watch.reasons)")
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a missing right is named, refuses orders without a storm, and a grant heals`()
        async throws
    {
        try await withKafka(KafkaSetup(listeners: [.saslPlaintext], hasACLs: true)) { kafka in
            let admin = ["--kafka-brokers", kafka.bootstrapServers]
            #expect(try await runOrderGateway(["topics", "create"] + admin).exitCode == 0)
            let user = ["--allow-principal", "User:gateway"]
            let write = user + ["--operation", "Write", "--topic", Self.topic]
            try await kafka.run(
                .acls,
                ["--add"] + user + ["--operation", "Read", "--topic", "*", "--group", "*"]
            )
            let folder = try TemporaryFolder()
            let gateway = try await GatewayProcess.serve(
                brokers: kafka.bootstrapServers(.saslPlaintext),
                dataDir: folder.path("data"),
                login(KafkaUser.gateway.password)
            )
            // Nothing may be written: not even a producer's id is given.
            try await gateway.waitForKafka(
                saying: "the broker refuses orders: the right Write on a topic is missing",
                within: .seconds(5)
            )
            try await expectRefusal(gateway, "the right Write on a topic is missing")
            try await kafka.run(.acls, ["--add"] + write)
            try await gateway.waitForKafka()
            _ = try await gateway.place()

            let before = gateway.process.errorOutput.split(separator: "\n").count
            let start = ContinuousClock.now
            let load = try await OrderLoad.run(on: gateway, clients: 10, rate: 50) { load in
                try await kafka.run(.acls, ["--remove", "--force"] + write)
                let missing = "the broker refuses orders: the right Write on topic order-events is"
                try await gateway.waitForKafka(saying: missing, within: .seconds(5))
                try await eventually("refusals") { load.count(503) >= 200 }
                try await kafka.run(.acls, ["--add"] + write)
                try await gateway.waitForKafka()
                let accepted = load.count(202)
                try await eventually("orders") { load.count(202) >= accepted + 20 }
            }
            let seconds = Int((ContinuousClock.now - start).components.seconds)
            #expect(load.count(202) + load.count(503) == load.told.count)
            // Ten lines, then one a second, and readiness.
            let lines = gateway.process.errorOutput.split(separator: "\n").dropFirst(before)
            #expect(lines.count <= seconds + 16, "\(lines.joined(separator: "\n"))")
            let made = gateway.process.errorOutput.ranges(of: "the producer is replaced")
            #expect(made.count <= 1)
            #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
        }
    }

    private func expectRefusal(_ gateway: GatewayProcess, _ words: String) async throws {
        let reply = try await gateway.post(OrderText.first)
        #expect(reply.status == 503)
        #expect(reply["Retry-After"] == nil)
        let json = try reply.json
        #expect(json["retriable"] == false)
        let detail = json["detail"].string ?? ""
        #expect(detail.contains("the broker refuses orders: \(words)"), "\(detail)")
    }

    private func login(_ password: String) -> [String] {
        [
            "security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN",
            "sasl.username=\(KafkaUser.gateway.rawValue)", "sasl.password=\(password)",
        ].flatMap { ["--kafka-config", $0] }
    }
}
