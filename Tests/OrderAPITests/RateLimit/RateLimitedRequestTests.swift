import HTTPServer
import TestSupport
import Testing
import Transport

@testable import OrderAPI

struct RateLimitedRequestTests {
    private func server(_ fixture: GatewayFixture, requests: Int) throws -> Server {
        let limiter = RateLimiter(RateLimit(requests: requests, seconds: 3600))
        let server = try Server(
            address: SocketAddress(host: "127.0.0.1", port: 0),
            loopCount: 1,
            handler: GatewayHandler(routes: fixture.routes, stamp: fixture.stamp, limiter: limiter)
        )
        try server.start()
        return server
    }

    private func replies(
        _ paths: [String],
        from source: String? = nil,
        _ server: Server
    ) async throws -> [HTTPReply] {
        let port = Int(server.address.port)
        return try await onThread {
            let connection = try RawConnection(from: source, port: port)
            return try paths.map { path in
                try connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                return try connection.receiveReply()
            }
        }
    }

    @Test func `every answer says what is left, and beyond the quota there is only 429`()
        async throws
    {
        let server = try server(try GatewayFixture(), requests: 2)
        let replies = try await replies(Array(repeating: "/orders/x", count: 3), server)
        #expect(replies.map(\.status) == [404, 404, 429])
        for reply in replies {
            #expect(reply["RateLimit-Policy"] == #""client";q=2;w=3600"#)
        }
        #expect(replies[0]["RateLimit"] == #""client";r=1;t=3600"#)
        #expect(replies[1]["RateLimit"]?.hasPrefix(#""client";r=0;t="#) == true)
        let problem = try replies[2].json
        #expect(problem["status"].integer == 429)
        #expect(problem["retriable"] == true)
        let wait = try #require(replies[2]["Retry-After"].flatMap { Int($0) })
        #expect(wait > 3_000 && wait <= 3_600)
        // The connection is as good as ever.
        #expect(replies[2]["Connection"] == nil)
        await server.shutdown(within: .seconds(5))
    }

    @Test func `a request counts once its head is read, and its error says what is left`()
        async throws
    {
        let server = try server(try GatewayFixture(), requests: 2)
        let port = Int(server.address.port)
        let replies = try await onThread {
            try ["Content-Length: 999999999\r\n", "Transfer-Encoding: chunked\r\n"].map { line in
                let connection = try RawConnection(port: port)
                try connection.send("POST /orders HTTP/1.1\r\nHost: x\r\n\(line)\r\nno chunk\r\n")
                return try connection.receiveReply()
            }
        }
        #expect(replies.map(\.status) == [413, 400])
        #expect(replies[0]["RateLimit"] == #""client";r=1;t=3600"#)
        #expect(replies[1]["RateLimit"]?.hasPrefix(#""client";r=0;t="#) == true)
        for reply in replies {
            #expect(reply["RateLimit-Policy"] == #""client";q=2;w=3600"#)
        }
        await server.shutdown(within: .seconds(5))
    }

    @Test func `those who watch over the gateway are always answered`() async throws {
        let server = try server(try GatewayFixture(), requests: 1)
        let paths = ["/healthz", "/readyz", "/healthz", "/orders/x", "/orders/x", "/healthz"]
        let replies = try await replies(paths, server)
        #expect(replies.map(\.status) == [200, 503, 200, 404, 429, 200])
        #expect(replies[0]["RateLimit"] == nil)
        await server.shutdown(within: .seconds(5))
    }

    @Test func `each client has a quota of its own`() async throws {
        let server = try server(try GatewayFixture(), requests: 1)
        let first = try await replies(["/orders/x", "/orders/x"], server)
        #expect(first.map(\.status) == [404, 429])
        let second = try await replies(["/orders/x", "/orders/x"], from: "127.0.0.2", server)
        #expect(second.map(\.status) == [404, 429])
        await server.shutdown(within: .seconds(5))
    }
}
