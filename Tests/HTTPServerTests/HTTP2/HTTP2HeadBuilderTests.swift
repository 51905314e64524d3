import TestSupport
import Testing

@testable import HTTPServer

/// The head of an HTTP/2 request (RFC 9113 §8.2, §8.3).
struct HTTP2HeadBuilderTests {
    private static let host = FieldName("Host")
    private static let cookie = FieldName("Cookie")

    private func exchange(
        scheme: String = "http",
        authority: String?,
        fields: [(String, String)] = [],
        limits: ServerLimits = ServerLimits()
    ) throws -> (request: Request?, error: RequestError?, reply: HTTP2TestClient.Reply) {
        var exchange = HTTP2Exchange(limits)
        let id = exchange.client.request(
            "GET",
            "/",
            scheme: scheme,
            authority: authority,
            fields: fields
        )
        try exchange.run()
        #expect(exchange.session.isAlive)
        return (exchange.requests[id], exchange.refused[id], exchange.client[id])
    }

    @Test(arguments: ["x", "x:80", "127.0.0.1:8080", "[::1]:8080", "gateway.example:"])
    func `the authority is what Host is in HTTP/1.1 (RFC 9113 §8.3.1)`(_ authority: String) throws {
        for (pseudo, fields) in [(authority, []), (nil, [("host", authority)])] {
            let (request, _, reply) = try exchange(authority: pseudo, fields: fields)
            #expect(request?.fields.lines(of: Self.host) == 1)
            #expect(request?.fields[Self.host] == authority)
            #expect(reply.status == 200)
        }
    }

    @Test(arguments: [
        "me@x", "me:word@x", "[::1", "::1]", "[::1]8080", "x:a", "x:8a", "x:80:80", "::1", "x:-1",
        "a%zz", "[x]",
    ])
    func `user information and what is no host with a port are malformed (RFC 9113 §8.3.1)`(
        _ authority: String
    ) throws {
        for (pseudo, fields) in [(authority, []), (nil, [("host", authority)])] {
            let (request, error, reply) = try exchange(authority: pseudo, fields: fields)
            #expect(request == nil)
            guard case .malformed = error else {
                Issue.record("\(String(describing: error)), \(reply)")
                continue
            }
            #expect(reply.status == 400)
        }
    }

    @Test(arguments: [("x", "x"), ("x", "X"), ("x:80", "x"), ("x", "x:"), ("[::a]", "[::A]:80")])
    func `Host may say the same as the authority, which then counts (RFC 9113 §8.3.1)`(
        _ authority: String,
        _ host: String
    ) throws {
        let request = try exchange(authority: authority, fields: [("host", host)]).request
        #expect(request?.fields.lines(of: Self.host) == 1)
        #expect(request?.fields[Self.host] == authority)
    }

    @Test(arguments: [
        ("http", "x", "y"), ("http", "x", "x:8080"), ("http", "x", "x:443"), ("https", "x", "x:80"),
        ("http", "x", "xx"), ("http", "x", "me@x"),
    ])
    func `Host unlike the authority is malformed (RFC 9113 §8.3.1)`(
        _ scheme: String,
        _ authority: String,
        _ host: String
    ) throws {
        let (request, error, reply) = try exchange(
            scheme: scheme,
            authority: authority,
            fields: [("host", host)]
        )
        #expect(request == nil)
        guard case .malformed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reply.status == 400)
    }

    @Test func `with https the usual port is 443`() throws {
        let (request, _, _) = try exchange(
            scheme: "https",
            authority: "x",
            fields: [("host", "x:443")]
        )
        #expect(request != nil)
    }

    @Test func `a cookie that comes in crumbs is one field (RFC 9113 §8.2.3)`() throws {
        let (request, _, _) = try exchange(
            authority: "x",
            fields: [
                ("cookie", "a=1"), ("x-other", "b"), ("cookie", "c=2; d=3"), ("cookie", "e=4"),
            ]
        )
        #expect(request?.fields.lines(of: Self.cookie) == 1)
        #expect(request?.fields[Self.cookie] == "a=1; c=2; d=3; e=4")
        #expect(request?.fields[FieldName("X-Other")] == "b")
        #expect(request?.fields.count == 3)
    }

    @Test func `however many crumbs there are, they count as one field`() throws {
        var limits = ServerLimits()
        limits.fieldLines = 2
        let crumbs = (0..<200).map { ("cookie", "a\($0)=1") }
        let taken = try exchange(authority: "x", fields: crumbs, limits: limits)
        #expect(taken.request?.fields.lines(of: Self.cookie) == 1)
        let refused = try exchange(
            authority: "x",
            fields: crumbs + [("x-other", "b")],
            limits: limits
        )
        #expect(refused.error == .tooManyFields(limit: 2))
    }

    @Test func `and their bytes count with the head's`() throws {
        var limits = ServerLimits()
        limits.headBytes = 1_000
        let crumbs = (0..<30).map { ("cookie", "a\($0)=1") }
        let (_, error, reply) = try exchange(authority: "x", fields: crumbs, limits: limits)
        #expect(error == .headTooLarge(limitBytes: 1_000))
        #expect(reply.status == 431)
    }
}
