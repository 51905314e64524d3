import Synchronization
import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// A handler for tests: echoes bodies, and lets a test hold an answer back.
final class TestHandler: RequestHandler {
    private struct Gate {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let gate = Mutex(Gate())
    private let served = Mutex<[String]>([])

    /// The paths asked for, in the order in which the handler got them.
    var servedPaths: [String] { served.withLock { $0 } }

    var waitingCount: Int { gate.withLock { $0.waiting.count } }

    /// Lets everything that waits at `/gate` go on, now and later.
    func open() {
        let waiting = gate.withLock { gate in
            gate.isOpen = true
            defer { gate.waiting = [] }
            return gate.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func answer(_ request: Request) -> Answer {
        let path = String(decoding: request.path, as: UTF8.self)
        served.withLock { $0.append(path) }
        switch path {
        case "/gate":
            if let coding = ContentCoding(request.fields) {
                _ = try? request.content(of: coding, Expansion(limitBytes: 100_000))
            }
            return .pending {
                await self.waitForGate()
                return Response(.ok, body: Array("gate".utf8))
            }
        case "/large":
            let body = [UInt8](repeating: 0x78, count: 8 * 1024 * 1024)
            return .ready(Response(.ok, body: body))
        default:
            return .ready(Response(.ok, body: request.path + request.body))
        }
    }

    private func waitForGate() async {
        await withCheckedContinuation { continuation in
            let isOpen = gate.withLock { gate in
                if !gate.isOpen { gate.waiting.append(continuation) }
                return gate.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func respond(to error: RequestError, _ head: RequestHead?) -> Response {
        Response(error.status, body: Array("refused".utf8))
    }
}

/// A server on a free port, stopped at the end of its test.
///
/// - Parameter prepare: Called before it starts: what is sent by then waits in the kernel.
func withServer(
    loopCount: Int = 2,
    limits: ServerLimits = ServerLimits(),
    prepare: @Sendable (Server) throws -> Void = { _ in },
    report: @escaping @Sendable (ServerShortage) -> Void = { _ in },
    relieved: @escaping @Sendable () -> Void = {},
    _ body: @Sendable @escaping (Server, TestHandler) async throws -> Void
) async throws {
    let handler = TestHandler()
    let server = try Server(
        address: SocketAddress(host: "127.0.0.1", port: 0),
        loopCount: loopCount,
        limits: limits,
        handler: handler,
        report: report,
        relieved: relieved
    )
    let prepared = Result { try prepare(server) }
    try server.start()
    let result: Result<Void, any Error>
    do {
        try prepared.get()
        result = .success(try await body(server, handler))
    } catch {
        result = .failure(error)
    }
    handler.open()
    await server.shutdown(within: .seconds(5))
    try result.get()
}

/// Asks a server to stop, and waits until every loop knows.
///
/// Until then it takes steps in the pool that all tests share, where each may wait for the work of
/// hundreds: that is no part of the time in which a client has to get its answer. The rest happens on
/// the loops' own threads.
func beginStop(
    of server: Server,
    within patience: Duration = .seconds(20)
) async throws -> Task<Int, Never> {
    let stop = Task { await server.shutdown(within: patience) }
    try await eventually("the listeners to close") { (try? server.connect()) == nil }
    return stop
}

extension Server {
    func connect() throws -> RawConnection {
        try RawConnection(host: "127.0.0.1", port: Int(address.port))
    }
}

struct ServerTests {
    private let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `a connection carries so many requests and no more`() async throws {
        var limits = ServerLimits()
        limits.requestsPerConnection = 2
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send(request + request + request)
                #expect(try connection.receiveReply()["Connection"] == nil)
                #expect(try connection.receiveReply()["Connection"] == "close")
                #expect(try connection.receiveUntilClose().isEmpty)
            }
        }
    }

    @Test func `a connection carries one request after the other`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                for path in ["/a", "/b", "/c"] {
                    try connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                    let reply = try connection.receiveReply()
                    #expect(reply.status == 200)
                    #expect(reply.text == path)
                    #expect(reply["Date"]?.hasSuffix(" GMT") == true)
                }
            }
        }
    }

    @Test func `requests that fill a read, or end a byte before or after it, are all answered`()
        async throws
    {
        try await withServer(loopCount: 1) { server, _ in
            try await onThread {
                for difference in -1...1 {
                    let connection = try server.connect()
                    let size = EventLoop.Limits.readBytes + difference
                    let head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: "
                    let length = size - head.utf8.count - "00000\r\n\r\n".utf8.count
                    let body = String(repeating: "b", count: length)
                    try connection.send("\(head)\(length)\r\n\r\n\(body)" + request)
                    #expect(try connection.receiveReply().text == "/a" + body)
                    #expect(try connection.receiveReply().text == "/a")
                }
            }
        }
    }

    @Test func `a request that waits and the next on its loop never see each other's bytes`()
        async throws
    {
        try await withServer(loopCount: 1) { server, handler in
            let slow = try server.connect()
            let quick = try server.connect()
            try await onThread {
                // What follows the slow one stands where the others are read to.
                try slow.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\nGET /slow HTTP/1.1\r\nHo")
            }
            try await eventually("the slow request") { handler.waitingCount == 1 }
            try await onThread {
                for index in 0..<100 {
                    try quick.send("GET /quick/\(index) HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\n")
                    #expect(try quick.receiveReply().text == "/quick/\(index)")
                }
            }
            handler.open()
            try await onThread {
                #expect(try slow.receiveReply().text == "gate")
                try slow.send("st: x\r\n\r\n")
                #expect(try slow.receiveReply().text == "/slow")
            }
        }
    }

    @Test func `pipelined requests are answered in order, a slow one first`() async throws {
        try await withServer { server, handler in
            let connection = try server.connect()
            try await onThread {
                let rest = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nB"
                try connection.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n" + rest + request)
            }
            try await eventually("the slow request") { handler.waitingCount == 1 }
            handler.open()
            try await onThread {
                try #expect(connection.receiveReply().text == "gate")
                try #expect(connection.receiveReply().text == "/bB")
                try #expect(connection.receiveReply().text == "/a")
            }
        }
    }

    @Test func `a waiting request does not keep the others of its loop waiting`() async throws {
        try await withServer(loopCount: 1) { server, handler in
            let slow = try server.connect()
            try await onThread { try slow.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n") }
            try await eventually("the slow request") { handler.waitingCount == 1 }
            try await onThread {
                let other = try server.connect()
                try other.send(request)
                try #expect(other.receiveReply().text == "/a")
            }
        }
    }

    @Test func `an answer to HEAD has the length and no body (RFC 9110 §9.3.2)`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n" + request)
                let reply = try connection.receiveReply(isForHead: true)
                #expect(reply["Content-Length"] == "4")
                try #expect(connection.receiveReply().text == "/a")
            }
        }
    }

    @Test(
        arguments: [
            ("HEAD /a HTTP/1.1\r\n\r\n", 400), ("\r\nHEAD /a HTTP/1.1\r\n\r\n", 400),
            ("HEAD a HTTP/1.1\r\n", 400), ("HEAD /a HTTP/2.0\r\n", 505),
            ("HEAD /\(String(repeating: "a", count: 10_000))", 414),
            ("HEAD /a HTTP/1.1\r\nHost: x\r\nExpect: y\r\n\r\n", 417),
            ("HEAD /a HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", 413),
            ("HEAD /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
            ("HEAD /a HTTP/1.1\r\nHost:", 408),
            ("HEAD /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n", 408),
        ]
    )
    func `an error is no reason to answer HEAD with content (RFC 9110 §9.3.2)`(
        _ text: String,
        _ status: Int
    ) async throws {
        var limits = ServerLimits()
        limits.headTimeout = .milliseconds(50)
        limits.bodyTimeout = .milliseconds(50)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send(text)
                let reply = try connection.receiveReply(isForHead: true)
                #expect(reply.status == status)
                #expect(reply["Content-Length"] == "7")
                try #expect(connection.receiveUntilClose().isEmpty)
            }
        }
    }

    @Test func `100 Continue comes before the body is sent (RFC 9110 §10.1.1)`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                let head =
                    "POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
                try connection.send(head)
                let interim = try connection.receive(untilContaining: "\r\n\r\n")
                #expect(String(decoding: interim, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
                _ = connection.take(interim.count)
                try connection.send("hi")
                try #expect(connection.receiveReply().text == "/ahi")
            }
        }
    }

    @Test(arguments: [
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /a HTTP/1.0\r\n\r\n",
    ])
    func `a connection that is not to persist is closed after the answer (RFC 9112 §9.6)`(
        _ text: String
    ) async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send(text + request)
                let all = String(decoding: try connection.receiveUntilClose(), as: UTF8.self)
                #expect(all.contains("Connection: close\r\n"))
                #expect(all.components(of: "HTTP/1.1 200 OK") == 1)
                #expect(!connection.wasReset)
            }
        }
    }

    @Test func `an HTTP 1.0 client that asks for it may go on (RFC 9112 §9.3)`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                for _ in 0..<2 {
                    try connection.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                    let reply = try connection.receiveReply()
                    #expect(reply["Connection"] == "keep-alive")
                }
            }
        }
    }

    @Test func `broken framing is answered and what follows is not read as a request`() async throws
    {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                let broken =
                    "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                try connection.send(broken + "0\r\n\r\n" + request)
                let all = String(decoding: try connection.receiveUntilClose(), as: UTF8.self)
                #expect(all.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
                #expect(all.components(of: "HTTP/1.1") == 1)
            }
        }
    }

    @Test func `a body too large is refused, and the answer outlives what is still sent`()
        async throws
    {
        var limits = ServerLimits()
        limits.bodyBytes = 1000
        limits.transport.lingerTimeout = .seconds(20)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                // More than the sockets on both sides can hold.
                let length = 32 * 1024 * 1024
                try connection.send(
                    "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
                )
                try connection.send([UInt8](repeating: 0x78, count: length))
                let reply = try connection.receiveReply()
                #expect(reply.status == 413)
                #expect(reply["Connection"] == "close")
            }
        }
    }

    @Test func `content beyond what a loop may hold is refused, unless it comes in one piece`()
        async throws
    {
        var limits = ServerLimits()
        limits.heldBodyBytes = 10
        try await withServer(loopCount: 1, limits: limits) { server, _ in
            try await onThread {
                let head = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n"
                let connection = try server.connect()
                try connection.send(head + String(repeating: "x", count: 20))
                try #expect(connection.receiveReply().status == 200)
                try connection.send(head + String(repeating: "x", count: 11))
                let reply = try connection.receiveReply()
                #expect(reply.status == 503)
                #expect(reply["Connection"] == "close")
            }
        }
    }

    @Test func `content that is answered or broken off is no longer held`() async throws {
        var limits = ServerLimits()
        limits.heldBodyBytes = 200_000
        try await withServer(loopCount: 1, limits: limits) { server, _ in
            try await onThread {
                let text =
                    "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 120000\r\n\r\n"
                    + String(repeating: "x", count: 120_000)
                for _ in 0..<5 {
                    let broken = try server.connect()
                    try broken.send(Array(text.utf8.dropLast()))
                    try broken.reset()
                    try waitUntil("the broken one to end") { server.connectionCount == 0 }
                    let whole = try server.connect()
                    for _ in 0..<2 {
                        try whole.send(text)
                        try #expect(whole.receiveReply().status == 200)
                    }
                    whole.close()
                }
            }
        }
    }

    @Test func `content that was expanded is held as such while its request waits`() async throws {
        var limits = ServerLimits()
        limits.heldBodyBytes = 100_000
        try await withServer(loopCount: 1, limits: limits) { server, handler in
            let waiting = try server.connect()
            var generator = SeededGenerator(seed: 1)
            let bits = (0..<100_000).map { _ in UInt8.random(in: 0...1, using: &generator) }
            let gzip = Compression.compress(bits)
            #expect(gzip.count < 50_000)
            let head =
                "POST /gate HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n"
                + "Content-Length: \(gzip.count)\r\n\r\n"
            try waiting.send(Array(head.utf8) + gzip)
            try await eventually("the request to wait") { handler.waitingCount == 1 }
            let part = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nx"
            try await onThread {
                let other = try server.connect()
                try other.send(part)
                try #expect(other.receiveReply().status == 503)
            }
            handler.open()
            try await onThread {
                try #expect(waiting.receiveReply().text == "gate")
                let other = try server.connect()
                try other.send(part)
                try other.send("y")
                try #expect(other.receiveReply().text == "/axy")
            }
        }
    }

    @Test func `a large answer reaches a client that reads slowly`() async throws {
        try await withServer { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n" + request)
                let reply = try connection.receiveReply()
                #expect(reply.body.count == 8 * 1024 * 1024)
                try #expect(connection.receiveReply().text == "/a")
            }
        }
    }

    @Test func `a head that never ends is answered with 408`() async throws {
        var limits = ServerLimits()
        limits.headTimeout = .milliseconds(50)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send("GET /a HTTP/1.1\r\nHost:")
                let reply = try connection.receiveReply()
                #expect(reply.status == 408)
                #expect(reply["Connection"] == "close")
            }
        }
    }

    @Test func `a later head that never ends is answered with 408 as well`() async throws {
        var limits = ServerLimits()
        limits.headTimeout = .milliseconds(50)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                try #expect(connection.receiveReply().text == "/a")
                try connection.send("GET /b HTTP/1.1\r\nHost:")
                try #expect(connection.receiveReply().status == 408)
                try #expect(connection.receiveUntilClose().isEmpty)
            }
        }
    }

    @Test func `answers that are there at once and answers that are not keep their order`()
        async throws
    {
        try await withServer { server, handler in
            try await onThread {
                let connection = try server.connect()
                let paths = ["/a", "/gate", "/b", "/c", "/gate", "/d"]
                // The first goes ahead, so that the others meet a connection that waits for them.
                try connection.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
                try #expect(connection.receiveReply().text == "/first")
                try connection.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
                try #expect(connection.receiveReply().text == "/a")
                handler.open()
                for path in paths.dropFirst() {
                    let wanted = path == "/gate" ? "gate" : path
                    try #expect(connection.receiveReply().text == wanted)
                }
            }
        }
    }

    @Test func `content may take as long as it comes fast enough`() {
        var limits = ServerLimits()
        limits.bodyTimeout = .seconds(10)
        limits.bodyBytesPerSecond = 4_096
        #expect(limits.timeout(ofBodyWith: 0) == .seconds(10))
        let late = limits.timeout(ofBodyWith: 128 * 1_024)
        #expect(late > .seconds(41) && late <= .seconds(42))
    }

    @Test func `a body that never ends is answered with 408`() async throws {
        var limits = ServerLimits()
        limits.bodyTimeout = .milliseconds(50)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
                try #expect(connection.receiveReply().status == 408)
            }
        }
    }

    @Test func `an idle connection is closed without an answer`() async throws {
        var limits = ServerLimits()
        limits.idleTimeout = .milliseconds(50)
        try await withServer(limits: limits) { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send(request)
                try #expect(connection.receiveReply().status == 200)
                try #expect(connection.receiveUntilClose().isEmpty)
            }
        }
    }

    @Test func `a client that does not take its answer is dropped`() async throws {
        var limits = ServerLimits()
        limits.writeTimeout = .milliseconds(50)
        try await withServer(limits: limits) { server, _ in
            let connection = try server.connect()
            try await onThread { try connection.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n") }
            try await eventually("the connection to be dropped") {
                server.connectionCount == 0
            }
            withExtendedLifetime(connection) {}
        }
    }

    @Test func `clients that vanish in the middle leave nothing behind`() async throws {
        try await withServer { server, _ in
            try await onThread {
                for text in [
                    "", "GET /a", "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab",
                ] {
                    for _ in 0..<50 {
                        let connection = try server.connect()
                        if !text.isEmpty { try connection.send(text) }
                        try connection.reset()
                    }
                }
            }
            try await eventually("all connections to end") { server.connectionCount == 0 }
        }
    }

    @Test func `a thousand connections are served at once`() async throws {
        try DescriptorLimit.raise()
        try await withServer { server, _ in
            try await onThread {
                let connections = try (0..<1000).map { _ in try server.connect() }
                for connection in connections { try connection.send(request) }
                for connection in connections {
                    try #expect(connection.receiveReply().status == 200)
                }
            }
        }
    }

    @Test func `an address in use is named`() async throws {
        let blocker = try OccupiedPort()
        let address = SocketAddress(host: "127.0.0.1", port: blocker.port)
        #expect(throws: ServerError.addressInUse(address)) {
            try Server(address: address, loopCount: 1, handler: TestHandler())
        }
    }

    @Test func `a host that does not resolve is named`() {
        #expect {
            try Server(
                address: SocketAddress(host: "no such host", port: 0),
                loopCount: 1,
                handler: TestHandler()
            )
        } throws: {
            "\($0)".contains("no such host")
        }
    }
}

extension String {
    /// How often a text occurs.
    func components(of text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
