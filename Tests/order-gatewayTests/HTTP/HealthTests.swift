import TestSupport
import Testing

/// What probes are told by the program.
struct HealthTests {
    @Test func `each check says since when it is as it is`() async throws {
        let gateway = try await GatewayProcess.dev(["--no-inventory"])
        for path in ["/healthz", "/readyz"] {
            let first = try await gateway.get(path).json["checks"]
            let second = try await gateway.get(path).json["checks"]
            #expect(first.keys.contains("event_loops"))
            for name in first.keys {
                let since = try #require(first[name]["since"].string)
                #expect(since.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
                #expect(second[name]["since"].string == since, "\(path) \(name)")
            }
        }
        #expect(try await gateway.stop() == 0)
    }

    @Test func `a disk with too little room is told`() async throws {
        let folder = try TemporaryFolder()
        // No disk has a pebibyte.
        let gateway = try await GatewayProcess.serve(
            brokers: "127.0.0.1:1",
            dataDir: folder.path("data"),
            ["--ready-min-disk", "\(1 << 50)"]
        )
        try await gateway.process.waitForOutput(containing: "warning the disk is almost full")
        let reply = try await gateway.get("/readyz")
        #expect(reply.status == 503)
        let check = try reply.json["checks"]["disk"]
        #expect(check["status"] == "unavailable")
        let path = folder.path("data")
        #expect(
            check["reason"].string
                == "less than \(1 << 50) bytes are free on the disk of \(path)"
        )
        // The read model can still be written, and the process is alive.
        #expect(try await gateway.get("/healthz").status == 200)
        #expect(try reply.json["checks"]["read_model"]["status"] != "unavailable")
        #expect(try await gateway.stop() == 0)
    }
}
