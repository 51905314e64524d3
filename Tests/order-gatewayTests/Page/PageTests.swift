import Foundation
import TestSupport
import Testing

/// The live page of the built program: where it is, and in a browser.
struct PageTests {
    private static let python = ProcessInfo.processInfo.environment["TEST_PYTHON"]

    private static func script(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Browser/\(name)").path
    }

    @Test func `the page is on the only port, or on the one for operators`() async throws {
        try await withDev(["--no-inventory"]) { gateway in
            let reply = try await gateway.get("/", fields: [("Accept", "text/html")])
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "text/html; charset=utf-8")
            #expect(try #require(reply["Content-Security-Policy"]).hasPrefix("default-src 'none';"))
        }
        try await withDev(["--no-inventory", "--admin-port", "0"]) { gateway in
            let replies = [try await gateway.get("/"), try await gateway.getFromAdmin("/")]
            #expect(replies.map(\.status) == [404, 200])
        }
    }

    @Test func `--no-page leaves it out`() async throws {
        try await withDev(["--no-inventory", "--no-page", "--admin-port", "0"]) { gateway in
            let replies = [try await gateway.get("/"), try await gateway.getFromAdmin("/")]
            #expect(replies.map(\.status) == [404, 404])
        }
    }

    /// With PAGE_SCREENSHOTS, the path of a folder, the pictures are kept there.
    @Test(.enabled(if: python != nil), .timeLimit(.minutes(5)))
    func `people use the page in a browser`() async throws {
        let other = try await GatewayProcess.dev()
        try await withDev { gateway in
            let ending = try await ChildProcess.run(
                try #require(Self.python),
                [
                    "-B", Self.script("page.py"), "\(gateway.port)",
                    gateway.kcat.bootstrapServers, "\(other.port)",
                ],
                // Chromium keeps its profile there.
                environment: ["TMPDIR": gateway.temporary.path],
                within: .seconds(270)
            )
            try #require(ending.exitCode == 0, "\(ending.text)\n\(ending.errorOutput)")
            #expect(
                ending.text == """
                    the page is live
                    an order placed by keyboard is confirmed
                    another is cancelled
                    problems stand beside their fields
                    figures are shown
                    a time line is shown
                    orders are filtered
                    the table holds still
                    hostile text is inert
                    the connection is lost and regained
                    nobody is kept out
                    the newest orders are kept
                    another gateway says what was missed

                    """
            )
        }
        try await other.stop()
    }

    @Test(
        .enabled(if: python != nil && EndToEndBroker.isAvailable),
        .timeLimit(.minutes(5))
    )
    func `the page tells when the broker goes and returns`() async throws {
        try await withBroker { broker in
            let folder = try TemporaryFolder()
            let flags = ["--request-timeout", "3"]
            try await withServe(broker, dataDir: folder.path("data"), flags) { gateway in
                try await gateway.waitForReadiness()
                let page = try ChildProcess(
                    try #require(Self.python),
                    ["-B", Self.script("outage.py"), "\(gateway.port)"],
                    environment: ["TMPDIR": gateway.temporary.path]
                )
                try await page.waitForOutput(containing: "ready", within: .seconds(60))
                try await broker.stop()
                try await page.waitForOutput(containing: "not ready", within: .seconds(90))
                try await broker.restart()
                try await page.waitForOutput(containing: "ready again", within: .seconds(90))
                #expect(try await page.waitForExit() == 0, "\(page.report)")
            }
        }
    }
}
