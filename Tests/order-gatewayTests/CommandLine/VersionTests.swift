import OrderGateway
import TestSupport
import Testing

/// Who runs, as the program says it.
struct VersionTests {
    @Test func `--version names the program, its commit and the libraries`() async throws {
        let ending = try await runOrderGateway(["--version"])
        #expect(ending.exitCode == 0)
        #expect(ending.text == ProgramVersion.text + "\n")
        #expect(ending.errorOutput == "")
    }

    @Test(arguments: ["dev", "serve", "inventory"])
    func `the first line of the log has them`(_ command: String) async throws {
        let folder = try TemporaryFolder()
        var arguments = [command]
        if command != "inventory" { arguments += ["--http-port", "0"] }
        if command != "dev" { arguments += ["--kafka-brokers", "127.0.0.1:\(try freePort())"] }
        let process = try orderGateway(
            arguments,
            environment: [
                "TMPDIR": folder.path,
                "DATA_DIR": command == "serve" ? folder.path("data") : nil,
            ]
        )
        let started = command == "inventory" ? "inventory started" : "info listening"
        try await process.waitForOutput(containing: started)
        process.terminate()
        #expect(try await process.waitForExit() == 0, "\(process.report)")
        let line = try #require(process.errorOutput.split(separator: "\n").first)
        #expect(line.contains(" info version commit=\(ProgramVersion.commit) "), "\(line)")
        #expect(line.contains(" order_gateway=\(ProgramVersion.number)"), "\(line)")
        #expect(line.contains(" librdkafka="), "\(line)")
    }

    @Test(arguments: ["serve", "inventory"])
    func `wrong usage is told in one line, without them`(_ command: String) async throws {
        let ending = try await runOrderGateway([command])
        #expect(ending.exitCode == 64)
        #expect(ending.errorOutput.split(separator: "\n").count == 1, "\(ending.errorOutput)")
    }
}
