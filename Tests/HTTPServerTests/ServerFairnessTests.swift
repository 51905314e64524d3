import Synchronization
import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// One loop, and clients that would have it for themselves.
struct ServerFairnessTests {
    /// Connections with something in their sockets before the server looks at them.
    private final class Clients: Sendable {
        private let connections = Mutex<[RawConnection]>([])

        /// Connects and sends, in this order.
        func open(_ server: Server, _ texts: String...) throws {
            for text in texts {
                let connection = try server.connect()
                try connection.send(text)
                connections.withLock { $0.append(connection) }
            }
        }

        subscript(index: Int) -> RawConnection { connections.withLock { $0[index] } }
    }

    private let one = "GET /one HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `a turn's share is for reads and answers together, and each turn brings a new one`()
    {
        var share = TurnShare()
        for turn in 1...3 as ClosedRange<UInt64> {
            for step in 1...TurnShare.Limits.stepsPerTurn {
                share.takeStep(in: turn)
                let isUsedUp = share.isUsedUp(in: turn)
                #expect(isUsedUp == (step == TurnShare.Limits.stepsPerTurn))
            }
        }
    }

    @Test func `a client that sends many requests ahead does not keep another waiting`()
        async throws
    {
        let clients = Clients()
        let many = String(repeating: "GET /many HTTP/1.1\r\nHost: x\r\n\r\n", count: 1000)
        try await withServer(loopCount: 1) {
            try clients.open($0, many, one)
        } _: { _, handler in
            try await onThread { try #expect(clients[1].receiveReply().status == 200) }
            let index = try #require(handler.servedPaths.firstIndex(of: "/one"))
            #expect(index <= TurnShare.Limits.stepsPerTurn)
            try await onThread {
                for _ in 0..<1000 { try #expect(clients[0].receiveReply().status == 200) }
            }
        }
    }

    @Test func `no more connections are taken than the limit, however many wait`() async throws {
        var limits = ServerLimits()
        limits.transport.connections = 2
        let clients = Clients()
        try await withServer(loopCount: 1, limits: limits) {
            try clients.open($0, one, one, one, one)
        } _: { server, _ in
            try await onThread {
                _ = try clients[0].receiveReply()
                #expect(server.connectionCount <= 2)
            }
        }
    }

    @Test func `a body is timed out even though its bytes never cease`() async throws {
        var limits = ServerLimits()
        limits.bodyTimeout = .zero
        limits.bodyBytesPerSecond = .max
        let length = 2 * EventLoop.Limits.readBytes
        limits.bodyBytes = length
        let head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
        let body = String(repeating: "x", count: length)
        let clients = Clients()
        try await withServer(loopCount: 1, limits: limits) {
            try clients.open($0, head + body)
        } _: { _, _ in
            try await onThread { try #expect(clients[0].receiveReply().status == 408) }
        }
    }
}
