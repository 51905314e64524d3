import Foundation
import Kafka
import TestSupport
import Testing

/// Everything that the process writes is searched for a secret that it was given.
struct SecretTests {
    /// With what a list, a shell and a file could stumble over.
    static let secret = "hunter2,hunter3=hunter4 #hunter5"

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// No piece of the secret is in a text.
    private func expectNone(_ text: String) {
        for piece in ["hunter2", "hunter3", "hunter4", "hunter5"] {
            #expect(!text.contains(piece), "\(text.suffix(4_000))")
        }
    }

    /// Starts that fail, or not: each with flags and variables.
    static let starts: [(flags: [String], environment: [String: String])] = [
        ([], ["KAFKA_CONFIG": "sasl.password=\(secret),linger.ms=often"]),
        ([], ["KAFKA_CONFIG": secret]),
        ([], ["KAFKA_CONFIG": "sasl.pasword=\(secret)"]),
        ([], ["KAFKA_CONFIG": "sasl.jaas.config=\(secret)"]),
        ([], ["KAFKA_CONFIG": "security.protocol=ssl,ssl.key.pem=\(secret)"]),
        (
            [],
            [
                "KAFKA_CONFIG":
                    "security.protocol=ssl,ssl.keystore.location=/none,ssl.keystore.password=\(secret)"
            ]
        ),
        ([], ["KAFKA_SSL_KEY_PEM": secret, "KAFKA_CONFIG": "security.protocol=ssl"]),
        ([], ["KAFKA_SASL_PASSWORD": secret, "KAFKA_SASL_PASSWORD_FILE": "/none"]),
        (["--kafka-config", secret], [:]),
        (["--kafka-config", "sasl.password", secret], [:]),
        (["--kafka-config", "sasl.password=x", "hunter2"], [:]),
        (["--kafka-config", "sasl.password=x", "--hunter2"], [:]),
        (["--kafka-config", "--hunter2"], [:]),
        (["--kafka-config", "sasl.mechanism=\(secret)", "--kafka-config", "hunter2=1"], [:]),
        (["--kafka-brokers", "me:\(secret)@host:x"], [:]),
    ]

    @Test(arguments: starts)
    func `a start that fails shows none`(
        _ flags: [String],
        _ environment: [String: String]
    ) async throws {
        let ending = try await runOrderGateway(
            ["serve", "--kafka-brokers", "127.0.0.1:1", "--data-dir", folder.path("data")] + flags,
            environment: environment.mapValues { $0 }
        )
        #expect(ending.exitCode == 64, "\(ending.errorOutput)")
        #expect(!ending.errorOutput.isEmpty)
        expectNone(ending.errorOutput + ending.text)
    }

    @Test func `help shows none`() async throws {
        for command in ["serve", "dev", "topics"] {
            let ending = try await runOrderGateway(
                [command, "--help"],
                environment: ["KAFKA_SASL_PASSWORD": Self.secret, "KAFKA_CONFIG": Self.secret]
            )
            #expect(ending.exitCode == 0)
            expectNone(ending.errorOutput + ending.text)
        }
    }

    /// How a client logs in, and what shows that it has tried.
    static let logins: [[String]] = [
        ["security.protocol=sasl_plaintext", "sasl.mechanism=PLAIN", "sasl.username=me"],
        ["security.protocol=sasl_plaintext", "sasl.mechanism=SCRAM-SHA-256", "sasl.username=me"],
    ]

    @Test(arguments: logins)
    func `a gateway that runs, with all that librdkafka has to say, shows none`(
        _ properties: [String]
    ) async throws {
        let path = try folder.write(
            (properties + ["debug=all", "sasl.password=\(Self.secret)"]).joined(separator: "\n"),
            to: "kafka.properties"
        )
        // Something that takes connections, and answers what is no Kafka.
        let other = try await GatewayProcess.dev(["--no-inventory"])
        let gateway = try await GatewayProcess.serve(
            brokers: "127.0.0.1:1,127.0.0.1:\(other.port)",
            dataDir: folder.path("data"),
            ["--kafka-config-file", path, "--log-level", "debug"]
        )
        try await gateway.process.waitForOutput(containing: "Kafka is not available")
        expectNone(try await gateway.get("/readyz").text)
        expectNone(try await gateway.post(OrderText.first).text)
        #expect(try await gateway.stop() == 0)
        #expect(try await other.stop() == 0)
        #expect(gateway.process.errorOutput.contains("facility="))
        expectNone(gateway.process.output + gateway.process.errorOutput)
    }

    /// librdkafka says of words that it does not know what they are.
    @Test func `words of sasl.oauthbearer.config are not shown`() async throws {
        let secret = try folder.write("principal=me hunter2=hunter3\n", to: "secret")
        let gateway = try orderGateway(
            ["serve", "--http-port", "0", "--kafka-brokers", "127.0.0.1:1"]
                + ["--data-dir", folder.path("data"), "--log-level", "debug"]
                + [
                    "security.protocol=sasl_plaintext", "sasl.mechanism=OAUTHBEARER",
                    "enable.sasl.oauthbearer.unsecure.jwt=true", "debug=all",
                ].flatMap { ["--kafka-config", $0] },
            environment: ["KAFKA_SASL_OAUTHBEARER_CONFIG_FILE": secret]
        )
        if LibraryVersion.loaded < LibraryVersion(2, 3, 0) {
            // It would end the process some seconds later.
            #expect(try await gateway.waitForExit() == 64, "\(gateway.report)")
        } else {
            try await gateway.waitForOutput(containing: "Unrecognized sasl.oauthbearer.config")
            try await gateway.waitForOutput(containing: "listening")
            gateway.terminate()
            #expect(try await gateway.waitForExit() == 0, "\(gateway.report)")
        }
        expectNone(gateway.output + gateway.errorOutput)
    }
}
