import Foundation
import TestSupport
import Testing

/// What the tools say of rights and of topics that are not as events need them.
@Suite(.enabled(if: KafkaBroker.isAvailable))
struct ToolRightsTests {
    private static let topics = [
        "order-events", "inventory-events", "product-events", "platform-events",
        "dead-letter-queue",
    ]

    /// Flags of a user who may do only what an ACL allows.
    private func gateway(_ kafka: KafkaBroker) -> [String] {
        ["--kafka-brokers", kafka.bootstrapServers(.saslPlaintext)]
            + [
                "security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN",
                "sasl.username=\(KafkaUser.gateway.rawValue)",
                "sasl.password=\(KafkaUser.gateway.password)",
            ].flatMap { ["--kafka-config", $0] }
    }

    private func allow(_ operations: [String], _ kafka: KafkaBroker) async throws {
        try await kafka.run(
            .acls,
            ["--add", "--allow-principal", "User:gateway", "--topic", "*"]
                + operations.flatMap { ["--operation", $0] }
        )
    }

    @Test func `a right that is missing is named by every tool`() async throws {
        try await withKafka(KafkaSetup(listeners: [.saslPlaintext], hasACLs: true)) { kafka in
            let folder = try TemporaryFolder()
            let data = folder.path("data")
            let flags = gateway(kafka)
            func expectRefusal(_ arguments: [String], _ says: [String]) async throws {
                let ending = try await runOrderGateway(arguments + flags)
                #expect(ending.exitCode == 77, "\(arguments): \(ending.errorOutput)")
                #expect(ending.output.isEmpty)
                for words in says {
                    #expect(ending.errorOutput.contains(words), "\(ending.errorOutput)")
                }
                #expect(!ending.errorOutput.contains("there is no topic"))
            }
            let replay = ["replay", "--data-dir", data]

            // Nothing is allowed; whether the topics exist is nobody's business.
            try await expectRefusal(
                ["topics", "list"],
                Self.topics.map { "topic \($0) cannot be seen: the right Describe on it is" }
            )
            try await expectRefusal(
                ["topics", "create"],
                Self.topics.map { "topic \($0) cannot be seen or made: the rights Describe and" }
            )
            try await expectRefusal(["dead-letters", "list"], ["dead-letter-queue", "Describe"])
            try await expectRefusal(["dead-letters", "redrive", "--all"], ["dead-letter-queue"])
            try await expectRefusal(replay, ["order-events", "Describe"])

            try await allow(["Describe"], kafka)
            try await eventually("absent topics are told from hidden ones") {
                let ending = try await runOrderGateway(["dead-letters", "list"] + flags)
                return ending.exitCode == 69
                    && ending.errorOutput.contains("there is no topic dead-letter-queue")
            }
            #expect(try await runOrderGateway(["topics", "list"] + flags).exitCode == 0)
            try await expectRefusal(
                ["topics", "create"],
                Self.topics.map {
                    "topic \($0) does not exist and cannot be made: the right Create"
                }
            )

            let admin = ["--kafka-brokers", kafka.bootstrapServers]
            let made = try await runOrderGateway(["topics", "create"] + admin)
            #expect(made.text == Self.topics.map { "\($0)\tcreated\n" }.joined())
            try await eventually("the new topics are seen") {
                let list = try await runOrderGateway(["topics", "list"] + flags).text
                return list.split(separator: "\n").count == Self.topics.count
            }
            // What is there already needs no right to be made.
            let again = try await runOrderGateway(["topics", "create"] + flags)
            #expect(again.exitCode == 0)
            #expect(again.text == Self.topics.map { "\($0)\texists\n" }.joined())
            #expect(again.errorOutput.contains("the right DescribeConfigs"))
            #expect(again.errorOutput.split(separator: "\n").count == 1, "\(again.errorOutput)")

            try await Kcat(bootstrapServers: kafka.bootstrapServers).produce(
                #"{"original_event":1,"error":"e","timestamp":"2026-11-23T12:36:09Z"}"#,
                to: "dead-letter-queue",
                headers: [
                    ("__dlq.errors.topic", "order-events"), ("__dlq.errors.partition", "1"),
                    ("__dlq.errors.offset", "0"),
                ]
            )
            try await allow(["Read"], kafka)
            try await eventually("a redrive that may read and not write") {
                let ending = try await runOrderGateway(
                    ["dead-letters", "redrive", "--all", "--force"] + flags
                )
                return ending.exitCode == 1
                    && ending.text.hasPrefix(
                        "order-events/1/0\tnot redriven: the right Write on topic order-events is"
                    )
            }

            // Without DescribeConfigs a replay goes on, and says what it does not know.
            let replayed = try await runOrderGateway(replay + flags)
            #expect(replayed.exitCode == 0, "\(replayed.errorOutput)")
            let warnings = replayed.errorOutput.split(separator: "\n")
                .filter { $0.contains("warning") }
            #expect(warnings.count == 1)
            #expect(
                warnings.first?.contains("the right DescribeConfigs on them is missing") == true
            )
            try await allow(["DescribeConfigs"], kafka)
            try await eventually("a replay without a warning") {
                try await !runOrderGateway(replay + flags).errorOutput.contains("warning")
            }
        }
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["TEST_PYTHON"] != nil))
    func `a lag needs the right to describe the group, and its topics`() async throws {
        try await withKafka(KafkaSetup(listeners: [.saslPlaintext], hasACLs: true)) { kafka in
            let brokers = kafka.bootstrapServers
            _ = try await runOrderGateway(["topics", "create", "--kafka-brokers", brokers])
            try await withPythonGroup("theirs", brokers, topic: "platform-events", offset: 0) {
                let flags = gateway(kafka)
                let refused = try await runOrderGateway(["lag", "theirs"] + flags)
                #expect(refused.exitCode == 77, "\(refused.errorOutput)")
                #expect(
                    refused.errorOutput.contains(
                        "group theirs cannot be seen: the right Describe on it is missing"
                    )
                )
                let none = try await runOrderGateway(["lag"] + flags)
                #expect(none.exitCode == 0)
                #expect(none.errorOutput.contains("no consumer group that may be seen"))

                try await kafka.run(
                    .acls,
                    ["--add", "--allow-principal", "User:gateway", "--group", "theirs"]
                        + ["--operation", "Describe"]
                )
                try await eventually("the group without its topic") {
                    let ending = try await runOrderGateway(["lag"] + flags)
                    return ending.exitCode == 0
                        && ending.text.contains(
                            "the right Describe on topic platform-events is missing"
                        )
                }
                try await allow(["Describe"], kafka)
                try await eventually("the group with its lag") {
                    try await runOrderGateway(["lag"] + flags).text
                        .hasPrefix("theirs: stable, 1 member, lag 0\n")
                }
            }
        }
    }

    @Test func `compacted topics are warned of, and not replayed`() async throws {
        try await withKafka { kafka in
            let folder = try TemporaryFolder()
            let data = folder.path("data")
            let admin = ["--kafka-brokers", kafka.bootstrapServers]
            let gateway = try await GatewayProcess.serve(
                brokers: kafka.bootstrapServers,
                dataDir: data
            )
            try await gateway.waitForReadiness()
            let id = try await gateway.place()
            try await gateway.view(of: id)
            try await gateway.stop()
            let before = try await Database(folder: data).rows("SELECT * FROM orders")
            #expect(before.count == 1)

            try await kafka.run(
                .configs,
                [
                    "--alter", "--entity-type", "topics", "--entity-name", "order-events",
                    "--add-config", "cleanup.policy=[compact,delete]",
                ]
            )
            let created = try await runOrderGateway(["topics", "create"] + admin)
            #expect(created.exitCode == 0)
            #expect(created.errorOutput.contains("warning: topic order-events is compacted"))
            #expect(!created.errorOutput.contains("inventory-events"))
            for flags in [[], ["--verify"], ["--discard-missing"]] {
                let ending = try await runOrderGateway(
                    ["replay", "--data-dir", data] + flags + admin
                )
                #expect(ending.exitCode == 1)
                #expect(ending.output.isEmpty)
                #expect(ending.errorOutput.hasPrefix("order-gateway: order-events: compacted"))
                #expect(ending.errorOutput.contains("Set cleanup.policy=delete"))
            }
            #expect(try await Database(folder: data).rows("SELECT * FROM orders") == before)
        }
    }
}
