import Foundation
import TestSupport
import Testing

/// Why there is no connection is told by readiness, the log and the tools, with host and port.
@Suite(.serialized, .enabled(if: KafkaBroker.isAvailable))
struct ConnectionCauseTests {
    private struct Cause: Sendable {
        let brokers: String
        var properties: [String] = []
        let says: String

        var flags: [String] {
            ["--kafka-brokers", brokers] + properties.flatMap { ["--kafka-config", $0] }
        }
    }

    /// Starting, on a machine that runs Java beside.
    private static let slack = Duration.seconds(2)

    private static let plain = [
        "security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN", "sasl.username=gateway",
        "sasl.password=wrong",
    ]

    @Test(.timeLimit(.minutes(2)))
    func `what is wrong with a connection is named within five seconds`() async throws {
        try await withKafka(KafkaSetup(listeners: [.saslPlaintext, .ssl])) { kafka in
            let folder = try TemporaryFolder()
            try await withServe(kafka, dataDir: folder.path("data")) { web in
                let sasl = kafka.bootstrapServers(.saslPlaintext)
                let tls = kafka.bootstrapServers(.ssl)
                let encrypted = ["security.protocol=ssl"]
                let causes = [
                    Cause(brokers: sasl, properties: Self.plain, says: "Authentication failed"),
                    Cause(brokers: tls, properties: encrypted, says: "certificate verify failed"),
                    Cause(
                        brokers: kafka.bootstrapServers,
                        properties: encrypted,
                        says: "connecting to a PLAINTEXT broker listener?"
                    ),
                    Cause(brokers: tls, says: "connecting to a SSL listener?"),
                    Cause(brokers: "no-such-host.invalid:9092", says: "Failed to resolve"),
                    Cause(brokers: "127.0.0.1:\(try freePort())", says: "Connection refused"),
                    Cause(brokers: "127.0.0.1:\(web.port)", says: "is it a Kafka broker?"),
                ]
                // Two causes at a time: each starts four processes, and all of them at once would
                // measure only how long the machine takes to start so many.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, cause) in causes.enumerated() {
                        if index >= 2 { try await group.next() }
                        group.addTask {
                            async let readiness: Void = expectReadiness(cause)
                            try await expectTools(cause)
                            try await readiness
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `an advertised address that nobody reaches is named`() async throws {
        let advertised = "127.0.0.1:\(try freePort())"
        let setup = KafkaSetup(
            properties: ["advertised.listeners": "PLAINTEXT://\(advertised)"]
        )
        try await withKafka(setup) { kafka in
            let folder = try TemporaryFolder()
            let gateway = try await GatewayProcess.serve(
                brokers: kafka.bootstrapServers,
                dataDir: folder.path("data")
            )
            let says = "could not be made: \(advertised)/1: Connect to"
            try await gateway.waitForKafka(saying: says, within: .seconds(5) + Self.slack)
            #expect(gateway.process.errorOutput.contains(says))
            #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
        }
    }

    private func expectReadiness(_ cause: Cause) async throws {
        let folder = try TemporaryFolder()
        let gateway = try await GatewayProcess.serve(
            brokers: cause.brokers,
            dataDir: folder.path("data"),
            cause.properties.flatMap { ["--kafka-config", $0] }
        )
        try await gateway.waitForKafka(saying: cause.says, within: .seconds(5))
        #expect(try await gateway.kafkaReason()?.contains(cause.brokers) == true)
        #expect(gateway.process.errorOutput.contains(cause.says))
        let start = ContinuousClock.now
        #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
        #expect(ContinuousClock.now - start < .seconds(5) + Self.slack)
    }

    private func expectTools(_ cause: Cause) async throws {
        let folder = try TemporaryFolder()
        let replay = ["replay", "--data-dir", folder.path("data")]
        let tools = [["topics", "list"], ["dead-letters", "list"], replay]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for tool in tools {
                group.addTask {
                    let start = ContinuousClock.now
                    let ending = try await runOrderGateway(tool + cause.flags)
                    #expect(ContinuousClock.now - start < .seconds(5) + Self.slack)
                    #expect(ending.exitCode == 69, "\(tool) \(ending.errorOutput)")
                    #expect(ending.errorOutput.contains(cause.says), "\(ending.errorOutput)")
                    #expect(ending.errorOutput.contains(cause.brokers), "\(ending.errorOutput)")
                }
            }
            try await group.waitForAll()
        }
        withExtendedLifetime(folder) {}
    }
}
