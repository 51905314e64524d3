import Kafka
import TestSupport
import Testing

@testable import order_gateway

struct MechanismSupportTests {
    @Test(arguments: ["sasl.mechanism", "sasl.mechanisms"], ["SCRAM-SHA-256", "scram-sha-512"])
    func `a library that is too old for SCRAM is told, and what to do`(
        _ name: String,
        _ mechanism: String
    ) throws {
        let properties = [KafkaProperty(name, mechanism)]
        for version in [LibraryVersion(2, 0, 2), LibraryVersion(2, 6, 0)] {
            let warning = try #require(MechanismSupport.warning(properties, library: version))
            #expect(warning.contains("librdkafka \(version)"))
            #expect(warning.contains(mechanism))
            #expect(warning.contains("install librdkafka 2.6.1 or later"))
        }
        for version in [LibraryVersion(2, 6, 1), LibraryVersion(2, 8, 0)] {
            #expect(MechanismSupport.warning(properties, library: version) == nil)
        }
    }

    @Test func `other mechanisms are not its business, and the last one counts`() {
        let old = LibraryVersion(2, 0, 2)
        let scram = KafkaProperty("sasl.mechanism", "SCRAM-SHA-256")
        let plain = KafkaProperty("sasl.mechanisms", "PLAIN")
        #expect(MechanismSupport.warning([], library: old) == nil)
        #expect(MechanismSupport.warning([plain], library: old) == nil)
        #expect(MechanismSupport.warning([scram, plain], library: old) == nil)
        #expect(MechanismSupport.warning([plain, scram], library: old) != nil)
        #expect(
            MechanismSupport.warning(
                [KafkaProperty("sasl.username", "SCRAM-SHA-256")],
                library: old
            )
                == nil
        )
    }

    @Test(arguments: ["OAUTHBEARER", "oauthbearer"])
    func `a library that would crash with OAUTHBEARER is not used for it`(
        _ mechanism: String
    ) throws {
        let properties = [KafkaProperty("sasl.mechanism", mechanism)]
        let plain = KafkaProperty("sasl.mechanisms", "PLAIN")
        for version in [LibraryVersion(2, 0, 2), LibraryVersion(2, 2, 0)] {
            let problem = try #require(MechanismSupport.problem(properties, library: version))
            #expect(problem.contains("librdkafka \(version) is too old for \(mechanism)"))
            #expect(problem.contains("install librdkafka 2.3.0 or later"))
            #expect(MechanismSupport.problem(properties + [plain], library: version) == nil)
        }
        for version in [LibraryVersion(2, 3, 0), LibraryVersion(2, 16, 1)] {
            #expect(MechanismSupport.problem(properties, library: version) == nil)
        }
    }

    /// On every command that names a broker, said before anything is asked of it.
    @Test(arguments: [["topics", "list"], ["dead-letters", "list"], ["replay"]])
    func `the warning is there at start`(_ command: [String]) async throws {
        let folder = try TemporaryFolder()
        let ending = try await runOrderGateway(
            command + [
                "--kafka-brokers", "127.0.0.1:\(try freePort())",
                "--kafka-config", "security.protocol=sasl_plaintext",
                "--kafka-config", "sasl.mechanism=SCRAM-SHA-512",
                "--kafka-config", "sasl.username=u", "--kafka-config", "sasl.password=p",
            ],
            environment: ["DATA_DIR": command == ["replay"] ? folder.path("data") : nil]
        )
        #expect(ending.exitCode == 69)
        let isOld = LibraryVersion.loaded < LibraryVersion(2, 6, 1)
        #expect(ending.errorOutput.contains("is too old for SCRAM-SHA-512") == isOld)
    }
}
