import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// What clients do at the very moment at which a loop stops taking requests.
struct DrainTests {
    private let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

    /// Runs one loop with its listener, so that a test can act in the middle of one of its turns.
    private func withLoop(
        _ body: @Sendable @escaping (_ loop: EventLoop, _ port: Int) async throws -> Void
    ) async throws {
        var limits = ServerLimits()
        limits.transport.lingerTimeout = .seconds(20)
        limits.transport.drainLingerTimeout = .seconds(20)
        let loop = try EventLoop()
        let listening = try Listener.open(ResolvedAddress(host: "127.0.0.1", port: 0))
        let acceptor = Acceptor(
            loop: loop,
            listening: [listening],
            limits: limits.transport,
            handler: HTTPLoop(loop, handler: TestHandler(), limits: limits),
            capacity: ConnectionCapacity(limit: limits.transport.connections),
            shares: ConnectionShares(limit: limits.transport.connectionsPerClient),
            shortages: ShortageReport { _ in }
        )
        try acceptor.start(name: "drain")
        try await body(loop, Int(SocketAddress(boundTo: listening).port))
        #expect(await acceptor.shutdown(within: .seconds(20)) == 0)
    }

    private func expectLastAnswer(_ connection: RawConnection) async throws {
        try await onThread {
            let reply = try connection.receiveReply()
            #expect(reply.status == 200)
            #expect(reply["Connection"] == "close")
            try #expect(connection.receiveUntilClose().isEmpty)
            #expect(!connection.wasReset)
            connection.close()
        }
    }

    @Test func `a request that lies in the socket is answered`() async throws {
        try await withLoop { loop, port in
            let connection = try await onThread {
                let connection = try RawConnection(port: port)
                try connection.send(request)
                _ = try connection.receiveReply()
                return connection
            }
            try await Task(executorPreference: loop) {
                // The loop does not look at its descriptors between these two.
                try connection.send(request)
                loop.drain(within: .zero, lingering: .seconds(20))
            }
            .value
            try await expectLastAnswer(connection)
        }
    }

    @Test func `a request in the backlog is answered`() async throws {
        try await withLoop { loop, port in
            let connection = try await Task(executorPreference: loop) {
                let connection = try RawConnection(port: port)
                try connection.send(request)
                loop.drain(within: .zero, lingering: .seconds(20))
                return connection
            }
            .value
            try await expectLastAnswer(connection)
        }
    }

    @Test func `a request that crosses the end of its connection does not reset it`() async throws {
        try await withLoop { loop, port in
            let connection = try await onThread {
                let connection = try RawConnection(port: port)
                try connection.send(request)
                _ = try connection.receiveReply()
                return connection
            }
            await Task(executorPreference: loop) {
                loop.drain(within: .zero, lingering: .seconds(20))
            }.value
            try await onThread {
                try #expect(connection.receiveUntilClose().isEmpty)
                // The first one would bring the reset about, the second one fail of it.
                try connection.send(request)
                try connection.send(request)
                connection.close()
            }
        }
    }
}
