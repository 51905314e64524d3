import Foundation
import TestSupport
import Testing

/// The HTTP clients that people use: each places an order and asks for it.
@Suite(.serialized)
struct ClientTests {
    private static let hasPython = ProcessInfo.processInfo.environment["TEST_PYTHON"] != nil
    private static let hasJava = FileManager.default.isExecutableFile(atPath: "/usr/bin/javac")

    private func script(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: name).path
    }

    private func run(_ tool: String, _ arguments: [String]) async throws -> String {
        let ending = try await ChildProcess.run(tool, arguments)
        try #require(ending.exitCode == 0, "\(ending.text)\n\(ending.errorOutput)")
        return ending.text
    }

    @Test(arguments: [
        ("--http1.0", "HTTP/1.1 "), ("--http1.1", "HTTP/1.1 "), ("--http2", "HTTP/2 "),
        ("--http2-prior-knowledge", "HTTP/2 "),
    ])
    func `curl`(_ flag: String, _ version: String) async throws {
        try await withDev { gateway in
            let url = "http://127.0.0.1:\(gateway.port)"
            let posted = try await run(
                "curl",
                ["--silent", "--include", flag, "--data", OrderText.first, "\(url)/orders"]
            )
            #expect(posted.contains("\(version)202"), "\(posted)")
            let last = try #require(posted.split(whereSeparator: \.isNewline).last)
            let id = try #require(try JSONValue(parsing: Array(last.utf8))["order_id"].string)
            try await gateway.view(of: id)
            let got = try await run("curl", ["--silent", "--include", flag, "\(url)/orders/\(id)"])
            #expect(got.contains("\(version)200"), "\(got)")
            #expect(got.contains(#""order_id":"\#(id)""#))
        }
    }

    @Test(.enabled(if: hasPython))
    func `Python's http.client, and httpx with both versions`() async throws {
        let python = try #require(ProcessInfo.processInfo.environment["TEST_PYTHON"])
        try await withDev { gateway in
            let text = try await run(python, [script("clients.py"), "\(gateway.port)"])
            #expect(text == "http.client 202 200\nHTTP/1.1 202 200\nHTTP/2 202 200\n")
        }
    }

    /// Larger than any body may be, and than what is in flight at once.
    private static let upload = String(repeating: " ", count: 8 * 1024 * 1024)

    @Test(arguments: ["--http1.1", "--http2", "--http2-prior-knowledge"])
    func `curl shows that an upload is too large`(_ flag: String) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.upload, to: "upload")
        try await withDev { gateway in
            let text = try await run(
                "curl",
                [
                    "--silent", "--show-error", flag, "--header", "Expect:", "--data-binary",
                    "@\(file)", "--output", "/dev/null", "--write-out", "%{http_code}",
                    "http://127.0.0.1:\(gateway.port)/orders",
                ]
            )
            #expect(text == "413")
        }
    }

    @Test(.enabled(if: hasPython))
    func `httpx shows that an upload is too large`() async throws {
        let python = try #require(ProcessInfo.processInfo.environment["TEST_PYTHON"])
        try await withDev { gateway in
            let text = try await run(python, [script("upload.py"), "\(gateway.port)"])
            #expect(text == "HTTP/1.1 413\nHTTP/2 413\n")
        }
    }

    @Test(.enabled(if: hasJava), .timeLimit(.minutes(2)))
    func `Java's own client with both versions`() async throws {
        try await withDev { gateway in
            let text = try await run("java", [script("Clients.java"), "\(gateway.port)"])
            #expect(text == "HTTP_1_1 202 200\nHTTP_2 202 200\n")
        }
    }

    @Test func `ab places orders over kept-alive connections`() async throws {
        let folder = try TemporaryFolder()
        let order = try folder.write(OrderText.first, to: "order.json")
        try await withDev { gateway in
            let text = try await run(
                "ab",
                [
                    "-q", "-k", "-n", "2000", "-c", "50", "-p", order, "-T", "application/json",
                    "http://127.0.0.1:\(gateway.port)/orders",
                ]
            )
            #expect(text.contains(/Complete requests: +2000\n/), "\(text)")
            #expect(text.contains(/Failed requests: +0\n/), "\(text)")
            #expect(!text.contains("Non-2xx"), "\(text)")
        }
    }

    @Test func `h2load asks over a thousand connections`() async throws {
        try await withDev { gateway in
            let id = try await gateway.place()
            try await gateway.view(of: id)
            let text = try await run(
                "h2load",
                [
                    "-n", "20000", "-c", "1000", "-m", "10",
                    "http://127.0.0.1:\(gateway.port)/orders/\(id)",
                ]
            )
            #expect(text.contains("20000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(text)")
            #expect(text.contains("20000 2xx"), "\(text)")
        }
    }

    @Test func `h2load places orders over many streams`() async throws {
        let folder = try TemporaryFolder()
        let order = try folder.write(OrderText.first, to: "order.json")
        try await withDev { gateway in
            let text = try await run(
                "h2load",
                [
                    "-n", "5000", "-c", "20", "-m", "50", "-d", order, "-H",
                    "content-type: application/json", "http://127.0.0.1:\(gateway.port)/orders",
                ]
            )
            #expect(text.contains("5000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(text)")
            let events = try await gateway.kcat.records(in: "order-events")
            #expect(Set(events.compactMap(\.key)).count == 5_000)
        }
    }
}
