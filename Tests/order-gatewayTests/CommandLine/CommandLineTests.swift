import Foundation
import TestSupport
import Testing

/// Flags, the environment, the file, and the words and exit codes for what is wrong with them.
struct CommandLineTests {
    struct WrongUsage: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var environment: [String: String] = [:]
        /// What the message has to say.
        var says: [String]

        var testDescription: String {
            (environment.map { "\($0)=\($1)" } + arguments).joined(separator: " ")
        }
    }

    static let wrongUsages: [WrongUsage] = [
        WrongUsage(
            arguments: ["dev", "--http-port", "x"],
            says: ["--http-port", "'x'", "0", "65535"]
        ),
        WrongUsage(
            arguments: ["dev", "--http-port", "70000"],
            says: ["--http-port", "70000", "65535"]
        ),
        WrongUsage(arguments: ["dev", "--log-level", "loud"], says: ["--log-level", "debug"]),
        WrongUsage(
            arguments: ["dev", "--log-format", "xml"],
            says: ["--log-format", "text", "json"]
        ),
        WrongUsage(
            arguments: ["dev", "--request-timeout", "1"],
            says: ["--request-timeout", "3", "300"]
        ),
        WrongUsage(
            arguments: ["dev", "--shutdown-timeout", "soon"],
            says: ["--shutdown-timeout", "1", "300"]
        ),
        WrongUsage(
            arguments: ["serve", "--kafka-brokers", "127.0.0.1:9", "--kafka-config", "nonsense"],
            says: ["--kafka-config", "the command line", "key=value"]
        ),
        WrongUsage(
            arguments: [
                "serve", "--kafka-brokers", "127.0.0.1:9", "--kafka-config", "no.such.thing=1",
            ],
            says: ["--kafka-config", "no.such.thing"]
        ),
        WrongUsage(
            arguments: ["dev", "--kafka-config", "linger.ms=often"],
            says: ["--kafka-config", "linger.ms"]
        ),
        WrongUsage(
            arguments: ["serve", "--kafka-brokers", "localhost:"],
            says: ["--kafka-brokers", "host:port"]
        ),
        WrongUsage(
            arguments: ["dev", "--config", "/nonexistent/settings.json"],
            says: ["--config", "/nonexistent/settings.json"]
        ),
        WrongUsage(arguments: ["serve"], says: ["--kafka-brokers", "KAFKA_BROKERS"]),
        WrongUsage(arguments: ["inventory"], says: ["--kafka-brokers", "KAFKA_BROKERS"]),
        WrongUsage(arguments: ["topics", "list"], says: ["--kafka-brokers", "KAFKA_BROKERS"]),
        WrongUsage(
            arguments: ["dev"],
            environment: ["HTTP_PORT": "abc"],
            says: ["HTTP_PORT", "--http-port", "'abc'", "65535"]
        ),
        WrongUsage(
            arguments: ["dev"],
            environment: ["LOG_FORMAT": "xml"],
            says: ["LOG_FORMAT", "--log-format", "text or json"]
        ),
        WrongUsage(arguments: ["dev", "--no-such-flag"], says: ["--no-such-flag"]),
        WrongUsage(arguments: ["dance"], says: ["dance"]),
    ]

    @Test(arguments: wrongUsages)
    func `a wrong value is refused with its flag and what is accepted`(
        usage: WrongUsage
    ) async throws {
        let folder = try TemporaryFolder()
        let serves = ["dev", "serve"].contains(usage.arguments.first)
        var environment = usage.environment
        if serves { environment["DATA_DIR"] = folder.path("data") }
        let ending = try await runOrderGateway(usage.arguments, environment: environment)
        #expect(ending.exitCode == 64)
        #expect(ending.output.isEmpty, "\(ending.text)")
        for words in usage.says {
            #expect(ending.errorOutput.contains(words), "\(ending.errorOutput)")
        }
    }

    @Test(arguments: [
        (#"{"http": {"prot": 8080}}"#, "http.prot"),
        (#"{"http": {"port": "many"}}"#, "http.port"),
        ("[1]", "--config"),
        ("{", "--config"),
    ])
    func `a wrong file is refused with its name`(text: String, says: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "settings.json")
        let ending = try await runOrderGateway(
            ["dev", "--data-dir", folder.path("data"), "--config", path]
        )
        #expect(ending.exitCode == 64)
        #expect(ending.errorOutput.contains(path), "\(ending.errorOutput)")
        #expect(ending.errorOutput.contains(says), "\(ending.errorOutput)")
    }

    @Test
    func `an occupied port is named`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            let second = try await runOrderGateway(
                ["dev", "--no-inventory", "--http-port", "\(gateway.port)"],
                environment: ["TMPDIR": gateway.temporary.path]
            )
            #expect(second.exitCode == 69)
            #expect(second.errorOutput.contains("127.0.0.1:\(gateway.port)"))
        }
    }

    @Test
    func `too few descriptors are named`() async throws {
        let folder = try TemporaryFolder()
        let process = try orderGateway(
            ["dev", "--http-port", "0"],
            environment: ["TMPDIR": folder.path],
            descriptors: 128
        )
        #expect(try await process.waitForExit() == 69)
        #expect(process.errorOutput.contains("128"), "\(process.errorOutput)")
        #expect(process.errorOutput.contains("ulimit -n"), "\(process.errorOutput)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test
    func `topics list names a broker that does not answer`() async throws {
        let port = try freePort()
        let ending = try await runOrderGateway(
            ["topics", "list", "--kafka-brokers", "127.0.0.1:\(port)"]
        )
        #expect(ending.exitCode == 69)
        #expect(!ending.errorOutput.isEmpty)
    }

    @Test(arguments: [
        ([], "order-gateway dev"),
        (["dev"], "order-gateway dev --http-port 9000"),
        (["serve"], "order-gateway serve --kafka-brokers"),
        (["inventory"], "order-gateway inventory --kafka-brokers"),
    ])
    func `help shows examples`(command: [String], example: String) async throws {
        let ending = try await runOrderGateway(command + ["--help"])
        #expect(ending.exitCode == 0)
        #expect(ending.text.contains("EXAMPLE"))
        #expect(ending.text.contains(example))
        #expect(ending.errorOutput.isEmpty)
    }

    @Test
    func `a log in JSON is one object a line`() async throws {
        let gateway = try await GatewayProcess.dev(
            ["--no-inventory", "--log-format", "json", "--log-level", "debug"]
        )
        _ = try await gateway.post(OrderText.first, fields: [("X-Correlation-ID", "a\"b\\c")])
        #expect(try await gateway.stop() == 0)
        let lines = try gateway.process.errorOutput.split(separator: "\n")
            .map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(!lines.isEmpty)
        for line in lines {
            #expect(line["timestamp"].string?.hasSuffix("Z") == true)
            #expect(line["level"].string != nil)
            #expect(line["message"].string != nil)
        }
        let accepted = lines.first { $0["message"] == "Event published" }
        #expect(accepted?["correlation_id"] == "a\"b\\c")
    }

    @Test
    func `flags win over the environment, and the environment over the file`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            #"{"http": {"port": 0}, "log": {"level": "debug", "format": "json"}}"#,
            to: "settings.json"
        )
        func firstLine(
            _ flags: [String],
            _ environment: [String: String]
        ) async throws -> String {
            let process = try orderGateway(
                ["dev", "--no-inventory", "--config", path] + flags,
                environment: environment.merging(["TMPDIR": folder.path]) { $1 }
            )
            let line = try await process.waitForOutput(containing: "listening")
            process.terminate()
            #expect(try await process.waitForExit() == 0)
            return line
        }
        // The file alone: port 0, JSON lines.
        let fromFile = try JSONValue(parsing: Array(try await firstLine([], [:]).utf8))
        #expect(fromFile["message"] == "listening")

        let port = try freePort()
        let fromEnvironment = try await firstLine([], ["HTTP_PORT": "\(port)"])
        #expect(
            try JSONValue(parsing: Array(fromEnvironment.utf8))["address"].string
                == "127.0.0.1:\(port)"
        )

        let other = try freePort()
        let fromFlags = try await firstLine(
            ["--http-port", "\(other)", "--log-format", "text"],
            ["HTTP_PORT": "\(port)", "LOG_FORMAT": "json"]
        )
        #expect(fromFlags.hasSuffix("info listening address=127.0.0.1:\(other)"))
    }
}
