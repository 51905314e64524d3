import TestSupport
import Testing

/// Rights that are taken from consumers, and given back.
@Suite(
    .serialized,
    .enabled(if: KafkaBroker.isAvailable),
    .kafka(KafkaSetup(listeners: [.saslPlaintext], hasACLs: true))
)
struct ConsumerRightsTests {
    private enum Limits {
        static let topic = Duration.seconds(5)
        /// librdkafka passes over refused heartbeats, until the member's session of 6 s is over.
        static let group = Duration.seconds(8)
    }

    private static let orders = ["--topic", "order-events"]
    private static let inventory = ["--topic", "inventory-events"]
    private static let group = ["--group", "order-service"]

    private func change(
        _ change: String,
        _ operation: String,
        _ resource: [String],
        _ kafka: KafkaBroker
    ) async throws {
        let force = change == "--remove" ? ["--force"] : []
        try await kafka.run(
            .acls,
            [change, "--allow-principal", "User:gateway", "--operation", operation] + resource
                + force
        )
    }

    @Test(.timeLimit(.minutes(2)))
    func `a right that was taken away is named, and a grant heals`() async throws {
        let kafka = try KafkaBroker.current
        let made = try await runOrderGateway(
            ["topics", "create", "--kafka-brokers", kafka.bootstrapServers]
        )
        #expect(made.exitCode == 0)
        try await change("--add", "Write", Self.orders, kafka)
        try await change("--add", "Read", Self.orders, kafka)
        try await change("--add", "Read", Self.inventory, kafka)
        try await change("--add", "Write", ["--topic", "dead-letter-queue"], kafka)
        try await change("--add", "Read", Self.group, kafka)
        try await change(
            "--add",
            "Read",
            ["--group", "order-gateway-read-model-", "--resource-pattern-type", "prefixed"],
            kafka
        )
        let folder = try TemporaryFolder()
        let gateway = try await GatewayProcess.serve(
            brokers: kafka.bootstrapServers(.saslPlaintext),
            dataDir: folder.path("data"),
            [
                "security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN",
                "sasl.username=\(KafkaUser.gateway.rawValue)",
                "sasl.password=\(KafkaUser.gateway.password)",
            ].flatMap { ["--kafka-config", $0] }
        )
        try await gateway.waitForReadiness()
        try await withInventory(kafka) {
            try await gateway.expectOutcomes(of: 3)

            // With it goes Describe, unless somebody has given that too.
            try await change("--remove", "Read", Self.inventory, kafka)
            try await gateway.waitFor(
                ["projection", "saga"],
                saying: ["the right to describe topic inventory-events is missing"],
                within: Limits.topic
            )
            var ids: [String] = []
            for number in 0..<6 {
                ids.append(try await gateway.place(GatewayProcess.order(number)))
            }
            try await change("--add", "Read", Self.inventory, kafka)
            try await gateway.waitForReadiness()
            try await gateway.expectOutcomes(of: ids)

            try await change("--add", "Describe", Self.inventory, kafka)
            try await change("--remove", "Read", Self.inventory, kafka)
            try await gateway.waitFor(
                ["projection", "saga"],
                saying: ["the right Read", "inventory-events"],
                within: Limits.topic
            )
            try await change("--add", "Read", Self.inventory, kafka)
            try await gateway.waitForReadiness()
            try await gateway.expectOutcomes(of: 6)

            try await change("--remove", "Read", Self.group, kafka)
            try await gateway.waitFor(
                ["saga"],
                saying: ["the right Read on group order-service is missing"],
                within: Limits.group
            )
            #expect(try await gateway.reason(of: "projection") == nil)
            try await change("--add", "Read", Self.group, kafka)
            try await gateway.waitForReadiness()
            try await gateway.expectOutcomes(of: 6)
        }
        // Stopping is not kept by what is missing.
        try await change("--remove", "Read", Self.group, kafka)
        try await change("--remove", "Read", Self.inventory, kafka)
        try await gateway.waitFor(["saga", "projection"], saying: ["the right Read"])
        try await gateway.expectStop()
    }
}
