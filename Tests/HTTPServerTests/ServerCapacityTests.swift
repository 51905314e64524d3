import Glibc
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// Newcomers that find no room.
struct ServerCapacityTests {
    private let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    private let gate = "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n"

    private func limits(_ connections: Int) -> ServerLimits {
        var limits = ServerLimits()
        limits.transport.connections = connections
        return limits
    }

    private func ask(_ connection: RawConnection) throws {
        try connection.send(request)
        try #expect(connection.receiveReply().status == 200)
    }

    @Test(arguments: [1, 2])
    func `the longest idle connection ends for a newcomer, on whichever loop it is`(
        _ loops: Int
    ) async throws {
        try await withServer(loopCount: loops, limits: limits(3)) { server, _ in
            try await onThread {
                let old = try (0..<3).map { _ in try server.connect() }
                // The second one has been idle for longest in the end.
                for index in [0, 1, 2, 0] { try ask(old[index]) }
                let newcomer = try server.connect()
                try ask(newcomer)
                try #expect(old[1].receiveUntilClose().isEmpty)
                for connection in [old[0], old[2], newcomer] { try ask(connection) }
            }
        }
    }

    @Test func `none ends while nobody waits`() async throws {
        try await withServer(limits: limits(2)) { server, _ in
            try await onThread {
                let both = try (0..<2).map { _ in try server.connect() }
                for _ in 0..<3 { for connection in both { try ask(connection) } }
            }
        }
    }

    @Test func `an idle HTTP/2 connection is told what was read, and ends`() async throws {
        try await withServer(loopCount: 1, limits: limits(1)) { server, _ in
            try await onThread {
                let connection = try server.connect()
                let client = HTTP2TestClient()
                let id = client.request("GET", "/a")
                try exchange(client, connection) { $0[id].isComplete }
                let newcomer = try server.connect()
                try ask(newcomer)
                try exchange(client, connection) { $0.goAway == 0 }
                // What the client has sent last may cross the end.
                _ = try? connection.receiveUntilClose()
            }
        }
    }

    @Test func `those with a request under way stay, and newcomers wait for them`() async throws {
        let shortages = Mutex<[ServerShortage]>([])
        let reliefs = Mutex(0)
        try await withServer(
            loopCount: 1,
            limits: limits(2),
            report: { shortage in shortages.withLock { $0.append(shortage) } },
            relieved: { reliefs.withLock { $0 += 1 } }
        ) { server, handler in
            let busy = try await onThread {
                let busy = try (0..<2).map { _ in try server.connect() }
                for connection in busy { try connection.send(gate) }
                return busy
            }
            try await eventually("the requests") { handler.waitingCount == 2 }
            let newcomer = try await onThread {
                let newcomer = try server.connect()
                try newcomer.send(request)
                return newcomer
            }
            try await eventually("the shortage") {
                shortages.withLock { $0 } == [.connections(limit: 2)]
            }
            #expect(server.connectionCount == 2)
            #expect(reliefs.withLock { $0 } == 0)
            handler.open()
            try await onThread {
                try #expect(newcomer.receiveReply().status == 200)
                for connection in busy { try #expect(connection.receiveReply().status == 200) }
            }
            try await eventually("the relief") { reliefs.withLock { $0 } == 1 }
            #expect(shortages.withLock { $0 }.count == 1)
        }
    }

    @Test func `loops with one socket hear of the relief, whichever takes who has waited`()
        async throws
    {
        let shortages = Mutex(0)
        let reliefs = Mutex(0)
        let handler = TestHandler()
        let listening = try Listener.open(ResolvedAddress(host: "127.0.0.1", port: 0))
        let server = try Server(
            listening: .inherited(descriptor: listening),
            loopCount: 4,
            limits: limits(2),
            handler: handler,
            report: { _ in shortages.withLock { $0 += 1 } },
            relieved: { reliefs.withLock { $0 += 1 } }
        )
        try server.start()
        let result: Result<Void, any Error>
        do {
            let connections = try await onThread {
                let connections = try (0..<2).map { _ in try server.connect() }
                for connection in connections { try connection.send(gate) }
                return connections
            }
            // Not before: loops that accept at the same time may exceed the limit.
            try await eventually("the requests") { handler.waitingCount == 2 }
            let newcomer = try await onThread {
                let newcomer = try server.connect()
                try newcomer.send(gate)
                return newcomer
            }
            try await eventually("the shortage") { shortages.withLock { $0 } == 1 }
            handler.open()
            try await onThread {
                for connection in connections + [newcomer] {
                    try #expect(connection.receiveReply().status == 200)
                }
            }
            try await eventually("the relief") {
                shortages.withLock { $0 } == reliefs.withLock { $0 }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        handler.open()
        await server.shutdown(within: .seconds(5))
        try result.get()
    }

    /// Runs one loop whose server has a capacity of its own.
    private func withAcceptor(
        _ capacity: ConnectionCapacity,
        _ shortages: ShortageReport = ShortageReport { _ in },
        handler: TestHandler = TestHandler(),
        _ body: (Acceptor, EventLoop, Int) async throws -> Void
    ) async throws {
        let loop = try EventLoop()
        let listening = try Listener.open(ResolvedAddress(host: "127.0.0.1", port: 0))
        let limits = ServerLimits()
        let acceptor = Acceptor(
            loop: loop,
            listening: [listening],
            limits: limits.transport,
            handler: HTTPLoop(loop, handler: handler, limits: limits),
            capacity: capacity,
            shares: ConnectionShares(limit: limits.transport.connectionsPerClient),
            shortages: shortages
        )
        try acceptor.start(name: "capacity")
        try await body(acceptor, loop, Int(SocketAddress(boundTo: listening).port))
        #expect(await acceptor.shutdown(within: .seconds(20)) == 0)
    }

    @Test func `a request that lies in the socket keeps its connection`() async throws {
        try await withAcceptor(ConnectionCapacity(limit: 10)) { acceptor, loop, port in
            let connection = try await onThread {
                let connection = try RawConnection(port: port)
                try ask(connection)
                return connection
            }
            try await Task(executorPreference: loop) {
                // The loop does not look at its descriptors between these two.
                try connection.send(request)
                _ = await loop.endLongestIdle()
            }
            .value
            try await onThread {
                try #expect(connection.receiveReply().status == 200)
                try ask(connection)
                connection.close()
            }
        }
    }

    @Test func `a request that lies in the socket keeps its HTTP/2 connection`() async throws {
        let handler = TestHandler()
        let capacity = ConnectionCapacity(limit: 10)
        try await withAcceptor(capacity, handler: handler) { acceptor, loop, port in
            let client = HTTP2TestClient()
            let first = client.request("GET", "/a")
            let connection = try await onThread {
                let connection = try RawConnection(port: port)
                try client.exchange(over: connection) { $0[first].isComplete }
                return connection
            }
            let second = client.request("GET", "/gate")
            let bytes = client.output()
            try await Task(executorPreference: loop) {
                // The loop does not look at its descriptors between these two.
                try connection.send(bytes)
                _ = await loop.endLongestIdle()
            }
            .value
            handler.open()
            try await onThread {
                try client.exchange(over: connection) { $0[second].isComplete }
                #expect(client.goAway == nil)
                connection.close()
            }
        }
    }

    /// epoll takes no regular file (`EPERM`), as it takes nothing when the kernel has no room.
    @Test func `a connection that cannot be watched is refused, and nothing else ends`()
        async throws
    {
        let reports = Mutex<[ServerShortage]>([])
        let capacity = ConnectionCapacity(limit: 1)
        let shortages = ShortageReport { shortage in reports.withLock { $0.append(shortage) } }
        let folder = try TemporaryFolder()
        let path = try folder.write("", to: "file")
        try await withAcceptor(capacity, shortages) { acceptor, loop, port in
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            var status = stat()
            try #require(fstat(descriptor, &status) == 0)
            let file = status.st_ino
            await Task(executorPreference: loop) {
                capacity.take()
                acceptor.accepted(descriptor, of: nil)
            }
            .value
            try await eventually("the end of the connection") { acceptor.connectionCount == 0 }
            // Another test may have the number by now, and not the file.
            let isStillOpen = fstat(descriptor, &status) == 0 && status.st_ino == file
            #expect(!isStillOpen)
            let error = SystemError(call: "epoll_ctl", code: EPERM)
            #expect(reports.withLock { $0 } == [.unwatched(error)])
            // Its place is free again.
            try await onThread { try ask(RawConnection(port: port)) }
        }
    }

    @Test(arguments: [(256, 128), (300, 172), (1024, 896), (4096, 3584), (1 << 20, 917_504)])
    func `descriptors are kept for what is no connection`(_ limit: Int, _ connections: Int) {
        #expect(DescriptorLimit.connections(of: limit) == connections)
    }

    @Test func `a shortage of watches says what to raise`() {
        let shortage = ServerShortage.unwatched(SystemError(call: "epoll_ctl", code: ENOSPC))
        #expect("\(shortage)".contains("fs.epoll.max_user_watches"))
        #expect(!shortage.isWaiting)
    }
}
