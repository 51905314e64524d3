import Glibc
import OrderGateway
import TestSupport
import Testing

/// What signals do to a gateway: `SignalEffect.table`, one by one.
///
/// It listens before it has reached a broker; none is there.
@Suite(.serialized)
struct SignalTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func serve(
        _ flags: [String] = [],
        environment: [String: String?] = [:],
        after script: String? = nil
    ) async throws -> (process: ChildProcess, client: HTTPClient) {
        let process = try orderGateway(
            [
                "serve", "--kafka-brokers", "127.0.0.1:1", "--http-port", "0", "--data-dir",
                folder.path("data"),
            ] + flags,
            environment: environment,
            after: script
        )
        let line = try await process.waitForOutput(containing: "info listening ")
        let port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
        return (process, HTTPClient(port: port))
    }

    private func status(_ client: HTTPClient, _ target: String) async throws -> Int {
        try await onThread { try client.get(target).status }
    }

    @Test func `those that do not ask it to stop do not end it`() async throws {
        let (process, client) = try await serve()
        for row in SignalEffect.table where row.effect != .stop {
            process.send(row.number)
            #expect(try await status(client, "/healthz") == 200, "\(row.name)")
            guard row.effect == .note else { continue }
            let line = "notice a signal without effect signal=\(row.name)"
            try await process.waitForOutput(containing: line)
        }
        process.terminate()
        #expect(try await process.waitForExit() == 0, "\(process.report)")
    }

    @Test(arguments: SignalEffect.table.filter { $0.effect == .stop }.map(\.number))
    func `those that ask it to stop do`(_ signal: Int32) async throws {
        let (process, _) = try await serve()
        process.send(signal)
        #expect(try await process.waitForExit() == 0, "\(process.report)")
        let name = SignalEffect.name(of: signal)
        #expect(process.errorOutput.contains("info stopping signal=\(name)\n"))
    }

    /// What is asked of a broker that is away ends by time running out, and that is told.
    @Test func `a stop waits for no answer of a broker that is away`() async throws {
        let (process, _) = try await serve()
        process.terminate()
        #expect(try await process.waitForExit() == 0, "\(process.report)")
        let lines = process.errorOutput.split(separator: "\n")
        let stop = try #require(lines.firstIndex { $0.contains("info stopping ") })
        #expect(!lines[stop...].contains { $0.contains(" warning ") }, "\(process.report)")
    }

    @Test(arguments: [SIGABRT, SIGTRAP])
    func `a fault ends it in the system's way`(_ signal: Int32) async throws {
        // Neither a core nor Swift's own account of the fault, which takes its time.
        let (process, _) = try await serve(
            environment: ["SWIFT_BACKTRACE": "enable=no"],
            after: "ulimit -c 0"
        )
        process.send(signal)
        #expect(try await process.waitForExit() == -signal)
    }

    /// Without `SIGXFSZ` ignored it would be ended by it.
    @Test func `a file that may not grow is a store that cannot be written`() async throws {
        // In units of 512 bytes (POSIX's ulimit): room for the beginning.
        let gateway = try await GatewayProcess.dev(["--no-inventory"], after: "ulimit -f 400")
        try await eventually("the store to be full. \(gateway.process.report)") {
            for _ in 0..<20 { _ = try await gateway.place() }
            let check = try await gateway.get("/readyz").json["checks"]["read_model"]
            return check["status"] == "unavailable"
        }
        #expect(try await gateway.get("/healthz").status == 200)
        try await gateway.kill()
    }

    @Test func `a drain delay serves on while readiness says so, until a second signal`()
        async throws
    {
        let (process, client) = try await serve(["--drain-delay", "3600"])
        process.terminate()
        try await process.waitForOutput(containing: "info about to stop ")
        let readiness = try await onThread { try client.get("/readyz") }
        #expect(readiness.status == 503)
        #expect(try readiness.json["checks"]["http"]["reason"] == "stopping")
        // Also to those who come only now, and for as long as they like.
        client.close()
        for _ in 0..<2 {
            let reply = try await onThread { try client.get("/healthz") }
            #expect(reply.status == 200)
            #expect(reply["Connection"] == nil)
        }
        process.terminate()
        #expect(try await process.waitForExit() == 0, "\(process.report)")
        #expect(process.errorOutput.contains("info stopping signal=SIGTERM\n"))
    }
}
