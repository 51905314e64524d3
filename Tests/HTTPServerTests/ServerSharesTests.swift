import Synchronization
import HTTPServer
import TestSupport
import Testing
import Transport

/// Limits of the process, whatever the number of its loops.
struct ServerSharesTests {
    /// Of 8 bodies that are never complete, whichever loops their connections are on.
    @Test func `what connections hold is limited for all loops together`() async throws {
        var limits = ServerLimits()
        limits.heldBodyBytes = 400_000
        try await withServer(loopCount: 2, limits: limits) { server, _ in
            try await onThread {
                let text =
                    "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 121000\r\n\r\n"
                    + String(repeating: "x", count: 120_000)
                let connections = try (0..<8).map { _ in
                    let connection = try server.connect()
                    try connection.send(text)
                    return connection
                }
                try waitUntil("the refusals") {
                    // Each loop has room for one: half of the limit.
                    connections.count { !$0.isSilent(for: .milliseconds(1)) } >= 6
                }
            }
        }
    }

    @Test func `one client's further connections are refused, another's are not`() async throws {
        var limits = ServerLimits()
        limits.transport.connectionsPerClient = 2
        let reports = Mutex<[ServerShortage]>([])
        try await withServer(
            limits: limits,
            report: { shortage in reports.withLock { $0.append(shortage) } }
        ) { server, _ in
            let kept = try await onThread {
                let kept = try (0..<2).map { _ in try server.connect() }
                for connection in kept {
                    try connection.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try connection.receiveReply().status == 200)
                }
                for _ in 0..<3 {
                    let refused = try server.connect()
                    let reply = try refused.receiveReply()
                    #expect(reply.status == 429)
                    #expect(reply["Connection"] == "close")
                    #expect(try refused.receiveUntilClose().isEmpty)
                }
                let other = try RawConnection(from: "127.0.0.2", port: Int(server.address.port))
                try other.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try other.receiveReply().status == 200)
                return kept
            }
            kept[0].close()
            try await eventually("the end of a connection") { server.connectionCount == 1 }
            try await onThread {
                let next = try server.connect()
                try next.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try next.receiveReply().status == 200)
            }
        }
        // Once, however many there were.
        let expected = ServerShortage.connectionsOfOneClient(ClientNetwork(127, 0, 0, 1), limit: 2)
        #expect(reports.withLock { $0 } == [expected])
    }
}
