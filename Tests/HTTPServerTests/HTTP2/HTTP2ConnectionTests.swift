import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// Carries bytes between a client and its server until a condition holds.
func exchange(
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

/// HTTP/2 over sockets.
struct HTTP2ConnectionTests {
    @Test func `HTTP/2 and HTTP/1.1 share a port (RFC 9113 §3.3)`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let client = HTTP2TestClient()
                let id = client.request("POST", "/a", body: Array("b".utf8))
                try client.exchange(over: server.connect()) { $0[id].isComplete }
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
                try client.exchange(over: connection) { $0[id].isComplete }
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
                try client.exchange(over: connection) { $0[fast].isComplete }
                #expect(!client[slow].isComplete)
            }
            handler.open()
            try await onThread {
                try client.exchange(over: connection) { $0[slow].isComplete }
                #expect(client[slow].text == "gate")
            }
        }
    }

    @Test func `an answer much larger than every buffer arrives whole`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let client = HTTP2TestClient()
                let ids = (0..<3).map { _ in client.request("GET", "/large") }
                try client.exchange(over: server.connect()) { client in
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
                try client.exchange(over: server.connect()) { $0[small].isComplete }
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

    @Test func `an idle connection is told to end, and ends`() async throws {
        var limits = ServerLimits()
        limits.idleTimeout = .milliseconds(100)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                let client = HTTP2TestClient()
                try client.exchange(over: connection) { $0.goAway != nil }
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
                try client.exchange(over: server.connect()) { client in
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
            try await onThread { try client.exchange(over: connection) { $0.goAway != nil } }
            handler.open()
            try await onThread {
                try client.exchange(over: connection) { $0[id].isComplete }
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
                try client.exchange(over: server.connect()) { $0[id].isComplete }
                #expect(client[id].text == "/a")
            }
        }
    }

    // MARK: Limits

    /// Sends a request whose content is not complete.
    private static func half(_ server: Server) throws -> RawConnection {
        let connection = try server.connect()
        try connection.send(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n"
                + String(repeating: "a", count: 5_000)
        )
        return connection
    }

    @Test func `content that was expanded is held as such while its request waits`() async throws {
        var limits = ServerLimits()
        limits.heldBodyBytes = 100_000
        try await withServer(loopCount: 1, limits: limits) { server, handler in
            let connection = try server.connect()
            let client = HTTP2TestClient()
            var generator = SeededGenerator(seed: 1)
            let bits = (0..<100_000).map { _ in UInt8.random(in: 0...1, using: &generator) }
            let gzip = Compression.compress(bits)
            #expect(gzip.count < 50_000)
            client.request("POST", "/gate", fields: [("content-encoding", "gzip")], body: gzip)
            try await onThread { try connection.send(client.output()) }
            try await eventually("the request") { handler.waitingCount == 1 }
            try await onThread { try #expect(Self.half(server).receiveReply().status == 503) }
            handler.open()
            try await eventually("room") {
                try await onThread { try Self.half(server).isSilent(for: .milliseconds(100)) }
            }
            connection.close()
        }
    }

    @Test(arguments: [false, true])
    func `content counts as held while its request waits, be its stream reset`(
        _ resets: Bool
    ) async throws {
        var limits = ServerLimits()
        limits.heldBodyBytes = 12_000
        try await withServer(loopCount: 1, limits: limits) { server, handler in
            let connection = try server.connect()
            let client = HTTP2TestClient()
            let id = client.request("POST", "/gate", body: [UInt8](repeating: 1, count: 8_000))
            try await onThread { try connection.send(client.output()) }
            try await eventually("the request") { handler.waitingCount == 1 }
            try await onThread {
                if resets {
                    client.reset(id)
                    client.ping()
                    try connection.send(client.output())
                }
                #expect(try Self.half(server).receiveReply().status == 503)
            }
            handler.open()
            try await eventually("room") {
                try await onThread { try Self.half(server).isSilent(for: .milliseconds(100)) }
            }
            connection.close()
        }
    }

    @Test func `a request's time runs out on a connection that is never quiet`() async throws {
        var limits = ServerLimits()
        limits.bodyTimeout = .milliseconds(50)
        limits.overheadBytes = 1 << 40
        try await withServer(loopCount: 1, limits: limits) { server, _ in
            try await onThread {
                // More than is read at once: the server never has to wait for the next.
                let noise = (0..<20_000).flatMap { _ in Frame.priority(1, on: 0) }
                let connection = FrameConnection(raw: try server.connect())
                try connection.send(Frame.preface)
                while try connection.next()?.hasFirstFlag == false {}
                try connection.send(Frame.post(1) + noise)
                let deadline = ContinuousClock.now + .seconds(10)
                var isAnswered = false
                while !isAnswered, ContinuousClock.now < deadline {
                    try connection.send(noise)
                    isAnswered = !connection.raw.isSilent(for: .zero)
                }
                #expect(isAnswered)
                #expect(try connection.next()?.kind == .headers)
            }
        }
    }

    @Test func `a connection whose requests are all answered at once is not idle`() async throws {
        var limits = ServerLimits()
        limits.idleTimeout = .seconds(1)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let client = HTTP2TestClient()
                let connection = try server.connect()
                let end = ContinuousClock.now + .milliseconds(1_500)
                while ContinuousClock.now < end {
                    let id = client.request("GET", "/a")
                    try client.exchange(over: connection) { $0[id].isComplete }
                }
                #expect(client.goAway == nil)
            }
        }
    }
}
