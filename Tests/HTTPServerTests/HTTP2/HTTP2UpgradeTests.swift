import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// `Upgrade: h2c` (RFC 7540 §3.2).
struct HTTP2UpgradeTests {
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
                try client.exchange(over: connection) { $0[1].isComplete && $0[next].isComplete }
                #expect(client[1].text == "/ab")
                #expect(client[next].text == "/next")
            }
        }
    }

    @Test func `a refused request is upgraded, too, and refused over HTTP/2`() async throws {
        try await withSeam { server, handler in
            try await onThread {
                let connection = try server.connect()
                try connection.send(
                    "POST /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n"
                        + "Content-Length: 1\r\n\r\nb"
                )
                try connection.receive(untilContaining: "\r\n\r\n")
                let answer = connection.take(HTTP2Start.Upgrade.answer.count)
                #expect(answer == HTTP2Start.Upgrade.answer)
                let client = HTTP2TestClient(isUpgraded: true)
                let next = client.request("GET", "/echo/next")
                try client.exchange(over: connection) { $0[1].isComplete && $0[next].isComplete }
                #expect(client[1].status == 404)
                #expect(client[1].text == "no")
                #expect(client[next].text == "next")
                connection.close()
            }
            try await eventually("the ends") { handler.finished.count == 2 }
            #expect(handler.answered == ["/echo/next"])
            #expect(handler.finished.allSatisfy { $0.ending == .complete })
        }
    }

    private static let both = "Connection: Upgrade, HTTP2-Settings"

    @Test(arguments: [
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "\(both)\r\nUpgrade: h2c",
        "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "Connection: HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "Connection: Upgrade, HTTP2-Setting\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
        "Connection: close\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            + "HTTP2-Settings: AAMAAABk",
        "\(both)\r\nUpgrade: websocket\r\nHTTP2-Settings: AAMAAABk",
        "\(both)\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nHTTP2-Settings: AAMAAABk",
        "\(both)\r\nUpgrade: h2c\r\nHTTP2-Settings: A",
        "\(both)\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA!ABk",
        "\(both)\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAA",
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

    private static let request =
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"

    @Test(arguments: [
        (HTTP2Upgrade.auto, "127.0.0.1", 101), (.on, "127.0.0.1", 101), (.off, "127.0.0.1", 200),
        (.auto, "0.0.0.0", 200), (.on, "0.0.0.0", 101), (.off, "0.0.0.0", 200), (.auto, "::", 200),
        (.auto, "::1", 101), (.auto, "127.1.2.3", 101),
    ])
    func `where others can connect it is taken only if that is wanted`(
        _ setting: HTTP2Upgrade,
        _ host: String,
        _ status: Int
    ) async throws {
        var limits = ServerLimits()
        limits.http2Upgrade = setting
        let server = try Server(
            address: SocketAddress(host: host, port: 0),
            loopCount: 1,
            limits: limits,
            handler: TestHandler()
        )
        try server.start()
        let port = Int(server.address.port)
        let bytes = try await onThread {
            let local = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
            let connection = try RawConnection(host: local, port: port)
            try connection.send(Self.request)
            return try connection.receive(untilContaining: "\r\n\r\n")
        }
        await server.shutdown(within: .seconds(5))
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 \(status) "))
    }

    @Test func `a socket file is this machine's`() {
        let path = SocketAddress(host: "/run/gateway.sock", port: 0)
        let loopback = SocketAddress(host: "::1", port: 1)
        let other = SocketAddress(host: "192.0.2.1", port: 1)
        #expect(HTTP2Upgrade.auto.settled(on: [path]) == .on)
        #expect(HTTP2Upgrade.auto.settled(on: [path, loopback]) == .on)
        #expect(HTTP2Upgrade.auto.settled(on: [loopback, other]) == .off)
        #expect(HTTP2Upgrade.on.settled(on: [other]) == .on)
        #expect(HTTP2Upgrade.off.settled(on: [path]) == .off)
    }

    @Test func `without it HTTP/2 begins with its preface all the same`() async throws {
        var limits = ServerLimits()
        limits.http2Upgrade = .off
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let client = HTTP2TestClient()
                let id = client.request("GET", "/a")
                try client.exchange(over: server.connect()) { $0[id].isComplete }
                #expect(client[id].text == "/a")
            }
        }
    }
}
