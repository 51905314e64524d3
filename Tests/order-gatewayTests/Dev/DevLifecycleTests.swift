import Foundation
import Glibc
import TestSupport
import Testing
@testable import Orders

/// `order-gateway dev`: what it serves beside orders, how it starts and how it ends.
@Suite(.serialized)
struct DevLifecycleTests {
    @Test
    func `health, readiness and the contract are served`() async throws {
        try await withDev { gateway in
            let health = try await gateway.get("/healthz")
            #expect(health.status == 200)
            #expect(try health.json["status"] == "ok")

            let readiness = try await gateway.get("/readyz")
            #expect(readiness.status == 200)
            let checks = try readiness.json["checks"]
            let names = [
                "disk", "event_loops", "http", "inventory", "kafka", "projection", "read_model",
                "saga",
            ]
            #expect(checks.keys == names)
            for name in names {
                #expect(checks[name]["status"] == "ok")
                #expect(checks[name]["since"].string?.hasSuffix("Z") == true)
            }

            let contract = try await gateway.get("/openapi.yaml")
            #expect(contract.status == 200)
            #expect(contract["Content-Type"] == "application/yaml")
            #expect(Data(contract.body) == (try Data(contentsOf: contractFile)))
        }
    }

    @Test
    func `the greeting says where everything is`() async throws {
        try await withDev { gateway in
            let text = gateway.process.output
            #expect(text.contains("Order gateway   http://127.0.0.1:\(gateway.port)\n"))
            #expect(text.contains("\(gateway.kcat.bootstrapServers)   (embedded)\n"))
            #expect(text.contains("Read model      \(gateway.temporary.path)/"))
            #expect(text.contains("start empty, and both are forgotten when this ends."))
            #expect(text.split(separator: "\n").count { $0.contains("curl -i ") } == 2)
            let topics = try await gateway.kcat.topics()
            #expect(topics["order-events"] == 3)
            #expect(topics["inventory-events"] == 3)
            #expect(topics["product-events"] == 3)
            #expect(topics["platform-events"] == 1)
            #expect(topics["dead-letter-queue"] == 1)
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal stops it, and no temporary file is left`(signal: Int32) async throws {
        let gateway = try await GatewayProcess.dev()
        let id = try await gateway.place()
        try await gateway.view(of: id)
        let folder = gateway.temporary.path
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        gateway.process.send(signal)
        #expect(try await gateway.process.waitForExit() == 0, "\(gateway.process.report)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(throws: SupportError.self) { try RawConnection(port: gateway.port) }
    }

    @Test
    func `a second signal ends it while a request is still coming in`() async throws {
        let gateway = try await GatewayProcess.dev(["--no-inventory"])
        let connection = try RawConnection(port: gateway.port)
        try connection.send(
            "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
                + "Expect: 100-continue\r\n\r\n"
        )
        // The request has begun once this comes; its body never does.
        try await onThread { _ = try connection.receive(untilContaining: "100 Continue") }
        gateway.process.terminate()
        try await gateway.process.waitForOutput(containing: "info stopping ")
        #expect(gateway.process.isRunning)
        gateway.process.terminate()
        #expect(try await gateway.process.waitForExit(within: .seconds(5)) == 128 + SIGTERM)
        let left = try FileManager.default.contentsOfDirectory(atPath: gateway.temporary.path)
        #expect(left.isEmpty)
        connection.close()
    }

    @Test
    func `with few descriptors idle clients make way for others`() async throws {
        let gateway = try await GatewayProcess.dev(["--no-inventory"], descriptors: 256)
        let connections = try (0..<300).map { _ in try RawConnection(port: gateway.port) }
        for _ in 0..<3 { try await gateway.view(of: try await gateway.place()) }
        // Nobody had to wait, and that there is room for fewer was said once.
        let lines = gateway.process.errorOutput.split(separator: "\n")
        #expect(lines.count { $0.contains("connections=128") } == 1, "\(gateway.process.report)")
        #expect(!lines.contains { $0.contains("new ones wait") }, "\(gateway.process.report)")
        #expect(try await gateway.stop() == 0)
        withExtendedLifetime(connections) {}
    }

    @Test
    func `a request in flight is finished when it is asked to stop`() async throws {
        let gateway = try await GatewayProcess.dev(["--no-inventory"])
        let connection = try RawConnection(port: gateway.port)
        let body = Array(OrderText.first.utf8)
        try connection.send(
            "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n"
                + "Expect: 100-continue\r\n\r\n"
        )
        try await onThread {
            let bytes = try connection.receive(untilContaining: "100 Continue\r\n\r\n")
            _ = connection.take(bytes.count)
        }
        gateway.process.terminate()
        try await gateway.process.waitForOutput(containing: "info stopping ")
        try connection.send(body)
        let reply = try await onThread { try connection.receiveReply() }
        #expect(reply.status == 202)
        #expect(try await gateway.process.waitForExit() == 0, "\(gateway.process.report)")
    }

    /// A pipe whose reader has ended, as that of `order-gateway dev 2>&1 | head` does.
    @Test
    func `a reader of the log that is gone does not end it`() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("log")
        // Opening it waits for the reader, which reads nothing.
        let script = "mkfifo '\(pipe)' && { true <'\(pipe)' & } && exec 2>'\(pipe)' && wait"
        let gateway = try await GatewayProcess.dev(["--log-level", "debug"], after: script)
        // Each is a line, at this level.
        for _ in 0..<3 { try await gateway.view(of: try await gateway.place()) }
        #expect(try await gateway.get("/healthz").status == 200)
        #expect(gateway.process.errorOutput.isEmpty)
        #expect(try await gateway.stop() == 0, "\(gateway.process.report)")
    }

    @Test
    func `a named folder has to be empty, and is kept`() async throws {
        let folder = try TemporaryFolder()
        try await withDev(["--data-dir", folder.path("data")]) { gateway in
            let id = try await gateway.place()
            try await gateway.view(of: id)
        }
        #expect(FileManager.default.fileExists(atPath: folder.path("data/orders.sqlite")))

        let ending = try await runOrderGateway(
            ["dev", "--http-port", "0", "--data-dir", folder.path("data")]
        )
        #expect(ending.exitCode == 64)
        #expect(ending.errorOutput.contains("--data-dir"))
        #expect(ending.errorOutput.contains("not empty"))
    }

    @Test
    func `a broker of one's own is for serve`() async throws {
        let ending = try await runOrderGateway(["dev", "--kafka-brokers", "127.0.0.1:9"])
        #expect(ending.exitCode == 64)
        #expect(ending.errorOutput.contains("--kafka-brokers"))
        #expect(ending.errorOutput.contains("serve"))
    }
}

/// `openapi.yaml` of the package these tests belong to.
private var contractFile: URL {
    URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "openapi.yaml")
}
