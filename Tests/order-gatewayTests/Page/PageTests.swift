import TestSupport
import Testing

/// The live page of the built program: where it is.
struct PageTests {
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
}
