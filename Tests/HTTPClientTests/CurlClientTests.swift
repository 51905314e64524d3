import HTTPClient
import TestSupport
import Testing

/// The client against a server that answers as each test needs.
struct CurlClientTests {
    /// Sends requests on a thread that may block, over one client.
    private func send(
        _ requests: [OutgoingRequest],
        _ options: CurlClient.Options = .init(),
        cancellation: RequestCancellation = .init()
    ) async throws -> [ReceivedResponse] {
        try await onThread {
            let client = try CurlClient(options, cancellation: cancellation)
            return try requests.map { try client.send($0) }
        }
    }

    private func send(
        _ request: OutgoingRequest,
        _ options: CurlClient.Options = .init()
    ) async throws -> ReceivedResponse {
        try #require(try await send([request], options).first)
    }

    private func error(
        _ request: OutgoingRequest,
        _ options: CurlClient.Options = .init()
    ) async throws -> HTTPClientError {
        try await #require(throws: HTTPClientError.self) {
            _ = try await send(request, options)
        }
    }

    @Test func `a request arrives as it was made, and so does its response`() async throws {
        let server = try TestHTTPServer { request in
            .reply(
                201,
                fields: [("X-Echo", request["X-Sent"] ?? "-"), ("X-Empty", "")],
                body: "content"
            )
        }
        let response = try await send(
            OutgoingRequest(
                .post,
                HTTPURL("\(server.url)/a/b?c=d"),
                fields: [("X-Sent", "text"), ("X-Nothing", "")],
                body: Array("sent".utf8)
            )
        )
        #expect(response.status == 201)
        #expect(response.field("x-echo") == "text")
        #expect(response.field("X-Empty") == "")
        #expect(response.text == "content")
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/a/b?c=d")
        #expect(request["X-Nothing"] == "")
        #expect(request["Expect"] == nil)
        #expect(request.text == "sent")
    }

    @Test(arguments: [OutgoingRequest.Method.get, .post, .put, .delete])
    func `each method is sent, with and without content`(
        _ method: OutgoingRequest.Method
    ) async throws {
        let server = try TestHTTPServer { .reply(200, body: $0.text) }
        let url = try HTTPURL(server.url)
        let responses = try await send([
            OutgoingRequest(method, url), OutgoingRequest(method, url, body: Array("x".utf8)),
            OutgoingRequest(method, url, body: []), OutgoingRequest(method, url),
        ])
        #expect(responses.map(\.text) == ["", "x", "", ""])
        #expect(server.requests.map(\.method) == Array(repeating: method.rawValue, count: 4))
    }

    @Test func `a connection is used for the next request`() async throws {
        let server = try TestHTTPServer { _ in .reply(200) }
        let url = try HTTPURL(server.url)
        _ = try await send(Array(repeating: OutgoingRequest(.get, url), count: 3))
        #expect(server.requests.map(\.connection) == [0, 0, 0])
    }

    @Test func `a redirect is a response like others`() async throws {
        let server = try TestHTTPServer { _ in
            .reply(302, fields: [("Location", "http://127.0.0.1:1/")])
        }
        let response = try await send(OutgoingRequest(.get, HTTPURL(server.url)))
        #expect(response.status == 302)
        #expect(server.requests.count == 1)
    }

    @Test func `what the server asks to wait is told`() async throws {
        let server = try TestHTTPServer { _ in .reply(503, fields: [("Retry-After", "7")]) }
        let url = try HTTPURL(server.url)
        #expect(try await send(OutgoingRequest(.get, url)).retryAfter == .seconds(7))
        let silent = try TestHTTPServer { _ in .reply(503) }
        #expect(try await send(OutgoingRequest(.get, HTTPURL(silent.url))).retryAfter == nil)
    }

    @Test func `a response over the limit is refused`() async throws {
        let server = try TestHTTPServer { _ in
            .reply(200, body: String(repeating: "x", count: 1_001))
        }
        var options = CurlClient.Options()
        options.responseLimitBytes = 1_000
        let error = try await error(OutgoingRequest(.get, HTTPURL(server.url)), options)
        #expect(error.kind == .responseTooLarge(limitBytes: 1_000))
        options.responseLimitBytes = 1_001
        let response = try await send(OutgoingRequest(.get, HTTPURL(server.url)), options)
        #expect(response.body.count == 1_001)
    }

    @Test func `a port without a listener is named, without the password`() async throws {
        let url = "http://user:secret@127.0.0.1:\(try freePort())/path?key=secret"
        let error = try await error(OutgoingRequest(.get, HTTPURL(url)))
        #expect(error.kind == .unreachable)
        #expect("\(error)".contains("/path: "), "\(error)")
        #expect("\(error)".contains("connect"), "\(error)")
        #expect(!"\(error)".contains("secret"), "\(error)")
    }

    @Test func `a name without an address is unreachable`() async throws {
        let error = try await error(OutgoingRequest(.get, HTTPURL("http://collector.invalid/")))
        #expect(error.kind == .unreachable)
        #expect("\(error)".contains("collector.invalid"), "\(error)")
    }

    @Test func `a server that does not answer is given up`() async throws {
        let server = try TestHTTPServer { _ in .silence }
        let error = try await error(
            OutgoingRequest(.get, HTTPURL(server.url), timeout: .milliseconds(50))
        )
        #expect(error.kind == .timedOut)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"])
    func `a connection that breaks is an error, and the next request has a new one`(
        _ text: String
    ) async throws {
        let server = try TestHTTPServer { $0.connection == 0 ? .raw(text) : .reply(200) }
        let url = try HTTPURL(server.url)
        let status = try await onThread {
            let client = try CurlClient()
            let error = #expect(throws: HTTPClientError.self) {
                try client.send(OutgoingRequest(.get, url))
            }
            #expect(error?.kind == .broken)
            return try client.send(OutgoingRequest(.get, url)).status
        }
        #expect(status == 200)
    }

    @Test func `https to a server without TLS is not secure`() async throws {
        let server = try TestHTTPServer { _ in .close }
        var options = CurlClient.Options()
        options.connectTimeout = .milliseconds(200)
        let error = try await error(
            OutgoingRequest(.get, HTTPURL("https://127.0.0.1:\(server.port)/")),
            options
        )
        // A server that takes the first message of TLS for no request leaves the client waiting.
        #expect(error.kind == .notSecure || error.kind == .timedOut, "\(error)")
    }

    @Test(arguments: [("X-A", "b\r\nX-B: c"), ("X A", "b"), ("", "b"), ("X-A", "b\u{0}")])
    func `a field that would become another is not sent`(
        _ name: String,
        _ value: String
    ) async throws {
        let server = try TestHTTPServer { _ in .reply(200) }
        let error = try await error(
            OutgoingRequest(.get, HTTPURL(server.url), fields: [(name, value)])
        )
        #expect(error.kind == .invalidRequest)
        #expect(server.requests.isEmpty)
    }

    @Test func `a request that waits can be cancelled, and no other begins`() async throws {
        let server = try TestHTTPServer { _ in .silence }
        let cancellation = RequestCancellation()
        let request = OutgoingRequest(.get, try HTTPURL(server.url), timeout: .seconds(60))
        let outcome = Task { try await send([request], cancellation: cancellation) }
        try await eventually("the request arrives") { !server.requests.isEmpty }
        cancellation.cancel()
        let error = await #expect(throws: HTTPClientError.self) { _ = try await outcome.value }
        #expect(error?.kind == .cancelled)
        let second = await #expect(throws: HTTPClientError.self) {
            _ = try await send([request], cancellation: cancellation)
        }
        #expect(second?.kind == .cancelled)
        #expect(server.requests.count == 1)
    }

    @Test func `a Unix socket is as good as a port`() async throws {
        try await withTemporaryFolder { folder in
            let server = try TestHTTPServer(unixSocketPath: folder.path("socket")) { _ in
                .reply(200, body: "here")
            }
            var options = CurlClient.Options()
            options.unixSocketPath = folder.path("socket")
            let request = OutgoingRequest(.get, try HTTPURL("http://localhost/status"))
            #expect(try await send(request, options).text == "here")
            #expect(server.requests.first?.target == "/status")
            options.unixSocketPath = folder.path("absent")
            #expect(try await error(request, options).kind == .unreachable)
        }
    }

    @Test func `the library says its version`() {
        #expect(CurlLibrary.version.wholeMatch(of: /\d+\.\d+\.\d+\S*/) != nil)
    }
}
