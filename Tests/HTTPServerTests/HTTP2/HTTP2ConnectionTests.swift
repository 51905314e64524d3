import TestSupport
import Testing

@testable import HTTPServer

/// HTTP/2 over sockets.
struct HTTP2ConnectionTests {
    /// Carries bytes between a client and its server until a condition holds.
    private func exchange(
        _ client: HTTP2TestClient,
        _ connection: RawConnection,
        until isDone: (HTTP2TestClient) -> Bool
    ) throws {
        while true {
            let output = client.output()
            if !output.isEmpty { try connection.send(output) }
            if isDone(client) { return }
            let bytes = try connection.receive { !$0.isEmpty }
            try client.receive(connection.take(bytes.count))
        }
    }

    @Test func `HTTP/2 and HTTP/1.1 share a port (RFC 9113 §3.3)`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let client = HTTP2TestClient()
                let id = client.request("POST", "/a", body: Array("b".utf8))
                try exchange(client, server.connect()) { $0[id].isComplete }
                #expect(client[id].text == "/ab")
                let other = try server.connect()
                try other.send("GET /c HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try other.receiveReply().text == "/c")
            }
        }
    }

    @Test func `a preface that comes byte by byte is one`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                let client = HTTP2TestClient()
                let id = client.request("GET", "/a")
                for byte in client.output() { try connection.send([byte]) }
                try exchange(client, connection) { $0[id].isComplete }
                #expect(client[id].text == "/a")
            }
        }
    }

    @Test func `a request that waits does not hold up the others`() async throws {
        try await withServer { server, handler in
            let connection = try server.connect()
            let client = HTTP2TestClient()
            let slow = client.request("GET", "/gate")
            try await onThread {
                let fast = client.request("GET", "/fast")
                try exchange(client, connection) { $0[fast].isComplete }
                #expect(!client[slow].isComplete)
            }
            handler.open()
            try await onThread {
                try exchange(client, connection) { $0[slow].isComplete }
                #expect(client[slow].text == "gate")
            }
        }
    }

    @Test func `an answer much larger than every buffer arrives whole`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let client = HTTP2TestClient()
                let ids = (0..<3).map { _ in client.request("GET", "/large") }
                try exchange(client, server.connect()) { client in
                    ids.allSatisfy { client[$0].isComplete }
                }
                #expect(ids.allSatisfy { client[$0].body.count == 8 * 1024 * 1024 })
            }
        }
    }

    @Test func `a client that stalls one stream gets the others (RFC 9113 §5.2)`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let client = HTTP2TestClient(windowBytes: 10)
                let large = client.request("GET", "/large")
                let small = client.request("GET", "/small")
                try exchange(client, server.connect()) { $0[small].isComplete }
                #expect(client[large].body.count == 10)
            }
        }
    }

    @Test func `a client that does not read is dropped, whatever it asks for`() async throws {
        var limits = ServerLimits()
        limits.writeTimeout = .milliseconds(100)
        try await withServer(limits: limits) { server, _ in
            let connection = try server.connect()
            try await onThread {
                let client = HTTP2TestClient(windowBytes: 1 << 30)
                for _ in 0..<50 { client.request("GET", "/large") }
                try connection.send(client.output())
            }
            try await eventually("the connection to be dropped") { server.connectionCount == 0 }
            connection.close()
        }
    }

    @Test func `an HTTP/1.1 request may ask for HTTP/2 (RFC 7540 §3.2)`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send(
                    "POST /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n"
                        + "Content-Length: 1\r\n\r\nb"
                )
                let answer =
                    "HTTP/1.1 101 Switching Protocols\r\n"
                    + "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
                let bytes = try connection.receive(untilContaining: "\r\n\r\n")
                #expect(String(decoding: bytes.prefix(answer.utf8.count), as: UTF8.self) == answer)
                _ = connection.take(answer.utf8.count)
                let client = HTTP2TestClient(isUpgraded: true)
                let next = client.request("GET", "/next")
                try exchange(client, connection) { $0[1].isComplete && $0[next].isComplete }
                #expect(client[1].text == "/ab")
                #expect(client[next].text == "/next")
            }
        }
    }

    @Test(arguments: [
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "Connection: Upgrade\r\nUpgrade: h2c",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nHTTP2-Settings: AAMAAABk",
        "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nHTTP2-Settings: AAMAAABk",
        "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: A",
        "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA!ABk",
        "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAA",
    ])
    func `what is no proper upgrade stays HTTP/1.1 (RFC 9110 §7.8)`(_ lines: String) async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send("GET /a HTTP/1.1\r\nHost: x\r\n\(lines)\r\n\r\n")
                let reply = try connection.receiveReply()
                #expect(reply.status == 200)
                #expect(reply.text == "/a")
            }
        }
    }

    @Test func `an idle connection is told to end, and ends`() async throws {
        var limits = ServerLimits()
        limits.idleTimeout = .milliseconds(100)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                let client = HTTP2TestClient()
                try exchange(client, connection) { $0.goAway != nil }
                #expect(client.goAway == 0)
                connection.close()
            }
            try await eventually("the connection to end") { server.connectionCount == 0 }
        }
    }

    @Test func `a connection that had its requests is told to end`() async throws {
        var limits = ServerLimits()
        limits.requestsPerConnection = 2
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let client = HTTP2TestClient()
                let ids = [client.request("GET", "/a"), client.request("GET", "/b")]
                try exchange(client, server.connect()) { client in
                    client.goAway == 0 && ids.allSatisfy { client[$0].isComplete }
                }
            }
        }
    }

    @Test func `at the stop requests in flight are answered, then the connection ends`()
        async throws
    {
        try await withServer { server, handler in
            let connection = try server.connect()
            let client = HTTP2TestClient()
            let id = client.request("GET", "/gate")
            try await onThread { try connection.send(client.output()) }
            try await eventually("the request") { handler.waitingCount == 1 }
            let stop = try await beginStop(of: server)
            try await onThread { try exchange(client, connection) { $0.goAway != nil } }
            handler.open()
            try await onThread {
                try exchange(client, connection) { $0[id].isComplete }
                #expect(client[id].text == "gate")
                connection.close()
            }
            #expect(await stop.value == 0)
        }
    }

    @Test func `broken frames end their connection and no other`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let broken = try server.connect()
                try broken.send(Frame.preface + [UInt8](repeating: 0xFF, count: 1_000))
                _ = try broken.receiveUntilClose()
                let client = HTTP2TestClient()
                let id = client.request("GET", "/a")
                try exchange(client, server.connect()) { $0[id].isComplete }
                #expect(client[id].text == "/a")
            }
        }
    }
}
