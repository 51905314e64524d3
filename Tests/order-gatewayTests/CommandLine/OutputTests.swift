import Foundation
import TestSupport
import Testing

/// Results that standard output does not take.
struct OutputTests {
    private static let commands = [
        ["--version"], ["--help"], ["help", "serve"], ["schema"], ["schema", "OrderCreated"],
        ["completions", "bash"],
    ]

    /// Runs the program with standard output as a shell's redirection has it.
    private func run(_ arguments: [String], _ redirection: String) async throws -> ChildProcess {
        let process = try orderGateway(arguments, after: "exec \(redirection)")
        _ = try await process.waitForExit(within: .seconds(60))
        return process
    }

    private func expectLoss(_ process: ChildProcess) {
        #expect(process.exitCode == 74)
        #expect(
            process.errorOutput.hasPrefix("order-gateway: the result is lost: standard output"),
            "\(process.errorOutput)"
        )
        #expect(process.errorOutput.split(separator: "\n").count == 1, "\(process.errorOutput)")
    }

    @Test(arguments: commands, [">/dev/full", ">&-"])
    func `a result that is lost is an error`(
        _ arguments: [String],
        _ redirection: String
    ) async throws {
        expectLoss(try await run(arguments, redirection))
    }

    @Test(.enabled(if: EndToEndBroker.isAvailable), arguments: [">/dev/full", ">&-"])
    func `what a broker told is lost with an error too`(_ redirection: String) async throws {
        try await withBroker { broker in
            let brokers = ["--kafka-brokers", broker.bootstrapServers]
            #expect(try await runOrderGateway(["topics", "create"] + brokers).exitCode == 0)
            try await Kcat(bootstrapServers: broker.bootstrapServers)
                .produce(#"{"original_event":1,"error":"e"}"#, to: "dead-letter-queue", key: "k")
            for arguments in [
                ["topics", "list"], ["topics", "create"], ["dead-letters", "list"],
                ["dead-letters", "show", "dead-letter-queue/0/0"],
                ["dead-letters", "redrive", "--all"],
            ] {
                expectLoss(try await run(arguments + brokers, redirection))
            }
        }
    }

    @Test func `dev runs without its greeting`() async throws {
        let folder = try TemporaryFolder()
        let process = try orderGateway(
            ["dev", "--http-port", "0", "--no-inventory", "--log-level", "debug"],
            environment: ["TMPDIR": folder.path],
            after: "exec >/dev/full"
        )
        try await process.waitForOutput(containing: "info listening")
        process.terminate()
        #expect(try await process.waitForExit() == 0, "\(process.report)")
    }
}
