import Foundation
import TestSupport
import Testing

/// Where the gateway listens.
///
/// It listens before it has reached a broker; none is there.
@Suite(.serialized)
struct ListeningTests {
    private static let hasPython = ProcessInfo.processInfo.environment["TEST_PYTHON"] != nil
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func serve(_ flags: [String], data: String = "data") throws -> ChildProcess {
        try orderGateway(
            ["serve", "--kafka-brokers", "127.0.0.1:1", "--data-dir", folder.path(data)] + flags
        )
    }

    private func curl(_ arguments: [String]) async throws -> String {
        let ending = try await ChildProcess.run(
            "curl",
            ["--silent", "--max-time", "20"] + arguments
        )
        try #require(ending.exitCode == 0, "\(ending.errorOutput)")
        return ending.text
    }

    private func stop(_ process: ChildProcess) async throws {
        process.terminate()
        #expect(try await process.waitForExit() == 0)
    }

    @Test func `a socket in the file system, gone after the stop`() async throws {
        let path = folder.path("http.sock")
        let gateway = try serve(["--http-socket", path])
        try await gateway.waitForOutput(containing: "info listening address=\(path)")
        let text = try await curl(["--unix-socket", path, "http://localhost/healthz"])
        #expect(text.contains("ok"))
        try await stop(gateway)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a socket file that a killed gateway left behind is replaced`() async throws {
        let path = folder.path("http.sock")
        let killed = try serve(["--http-socket", path])
        try await killed.waitForOutput(containing: "info listening")
        killed.kill()
        try await killed.waitForExit()
        #expect(FileManager.default.fileExists(atPath: path))
        let gateway = try serve(["--http-socket", path])
        try await gateway.waitForOutput(containing: "info listening")
        let text = try await curl(["--unix-socket", path, "http://localhost/healthz"])
        #expect(text.contains("ok"))
        try await stop(gateway)
    }

    @Test func `a socket file that is in use is not taken away`() async throws {
        let path = folder.path("http.sock")
        let gateway = try serve(["--http-socket", path])
        try await gateway.waitForOutput(containing: "info listening")
        let second = try serve(["--http-socket", path], data: "other")
        #expect(try await second.waitForExit() == 69)
        #expect(second.errorOutput.contains("\(path) is in use by another process"))
        let text = try await curl(["--unix-socket", path, "http://localhost/healthz"])
        #expect(text.contains("ok"))
        try await stop(gateway)
    }

    @Test func `both IPv6 and IPv4`() async throws {
        let gateway = try serve(["--http-host", "::", "--http-port", "0"])
        let line = try await gateway.waitForOutput(containing: "info listening address=[::]:")
        let port = try #require(line.split(separator: ":").last)
        for host in ["127.0.0.1", "[::1]"] {
            #expect(try await curl(["http://\(host):\(port)/healthz"]).contains("ok"))
        }
        try await stop(gateway)
    }

    @Test func `every address that a name has`() async throws {
        let found = try await ChildProcess.run("getent", ["ahosts", "localhost"])
        let hosts = Set(
            found.text.split(separator: "\n").compactMap { $0.split(separator: " ").first }
        )
        try #require(!hosts.isEmpty)
        let gateway = try serve(["--http-host", "localhost", "--http-port", "0"])
        let line = try await gateway.waitForOutput(containing: "info listening address=")
        let port = try #require(line.split(separator: ":").last)
        for host in hosts {
            let shown = host.contains(":") ? "[\(host)]" : String(host)
            #expect(line.contains("\(shown):\(port)"), "\(line)")
            #expect(try await curl(["http://\(shown):\(port)/healthz"]).contains("ok"))
        }
        try await stop(gateway)
    }

    @Test func `an address as it is printed`() async throws {
        let gateway = try serve(["--http-host", "[::1]", "--http-port", "0"])
        try await gateway.waitForOutput(containing: "info listening address=[::1]:")
        try await stop(gateway)
    }

    @Test(arguments: [
        (["--http-host", "*"], 64, "--http-host: "),
        (["--http-host", "127.0.0.1:80"], 64, "--http-host: "),
        (["--http-host", "no-such-host.invalid"], 69, "--http-host: "),
        (["--http-host", "203.0.113.1"], 69, "--http-host: "),
        (["--http-socket-mode", "rw"], 64, "--http-socket-mode: "),
        (["--http-socket-group", "no-such-group-here"], 64, "--http-socket-group: "),
        (["--http-socket", "/dev/null"], 69, "--http-socket: "),
        (["--admin-port", "65536"], 64, "--admin-port: "),
        (
            ["--http-port", "8080", "--admin-port", "8080"], 64,
            "--admin-port from the command line: "
        ),
        (["--http-port", "0", "--admin-port", "0", "--admin-host", "*"], 64, "--admin-host: "),
        (
            ["--http-port", "0", "--admin-port", "0", "--admin-host", "203.0.113.1"], 69,
            "--admin-host: "
        ),
    ])
    func `what cannot be listened on is told with its flag`(
        _ flags: [String],
        _ code: Int32,
        _ flag: String
    ) async throws {
        let gateway = try serve(flags)
        #expect(try await gateway.waitForExit() == code)
        #expect(gateway.errorOutput.contains("order-gateway: \(flag)"), "\(gateway.report)")
    }

    @Test func `a socket file has the mode that was asked for when it can be connected to`()
        async throws
    {
        let path = folder.path("http.sock")
        let gateway = try serve(["--http-socket", path, "--http-socket-mode", "606"])
        try await gateway.waitForOutput(containing: "info listening address=\(path)")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o606)
        let text = try await curl(["--unix-socket", path, "http://localhost/healthz"])
        #expect(text.contains("ok"))
        try await stop(gateway)
    }

    @Test func `fewer connections than were asked for are told at the start`() async throws {
        let gateway = try orderGateway(
            [
                "serve", "--kafka-brokers", "127.0.0.1:1", "--data-dir", folder.path("data"),
                "--http-port", "0", "--http-limit", "connections=5000",
            ],
            descriptors: 300
        )
        let line = try await gateway.waitForOutput(containing: "warning 'ulimit -n'")
        #expect(line.contains("connections=172"))
        #expect(line.contains("descriptors=300"))
        #expect(line.contains("limit=5000"))
        try await stop(gateway)
    }

    @Test func `two gateways share a port if both say so`() async throws {
        let first = try serve(["--http-port", "0", "--http-reuse-port"])
        let line = try await first.waitForOutput(containing: "info listening")
        let port = String(try #require(line.split(separator: ":").last))
        let alone = try serve(["--http-port", port], data: "alone")
        #expect(try await alone.waitForExit() == 69)
        let second = try serve(["--http-port", port, "--http-reuse-port"], data: "second")
        try await second.waitForOutput(containing: "info listening")
        try await stop(first)
        for _ in 0..<20 {
            #expect(try await curl(["http://127.0.0.1:\(port)/healthz"]).contains("ok"))
        }
        try await stop(second)
    }

    @Test(.enabled(if: hasPython), arguments: [1, 2])
    func `a socket that was passed on (sd_listen_fds(3))`(_ count: Int) async throws {
        let python = try #require(ProcessInfo.processInfo.environment["TEST_PYTHON"])
        let script = """
            import os, socket, sys
            listening = socket.create_server(("127.0.0.1", 0))
            os.dup2(listening.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="\(count)")
            os.execv(sys.argv[1], sys.argv[1:])
            """
        let gateway = try ChildProcess(
            python,
            [
                "-c", script, BuiltProducts.orderGateway, "serve", "--kafka-brokers", "127.0.0.1:1",
                "--data-dir", folder.path("data"),
            ]
        )
        guard count == 1 else {
            #expect(try await gateway.waitForExit() == 69)
            #expect(gateway.errorOutput.contains("LISTEN_FDS passes 2 sockets on; one is taken"))
            return
        }
        let line = try await gateway.waitForOutput(containing: "info listening")
        let port = try #require(line.split(separator: ":").last)
        #expect(try await curl(["http://127.0.0.1:\(port)/healthz"]).contains("ok"))
        try await stop(gateway)
    }
}
