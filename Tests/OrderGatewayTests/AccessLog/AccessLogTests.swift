import HTTPServer
import Synchronization
import Telemetry
import TestSupport
import Testing
import Text
import Transport

@testable import OrderAPI
@testable import OrderGateway

/// The lines about finished requests, of a server with health routes only.
struct AccessLogTests {
    private let lines = LogLines()

    private func server(
        _ format: AccessLogFormat,
        next: (any ServerObserver)? = nil,
        level: Logger.Level = .info
    ) throws -> Server {
        let logger = Logger(label: "test", level: level, format: .text, sink: lines.sink)
        let stamp = RequestStamp(random: RandomSource(), clock: .system)
        let server = try Server(
            address: SocketAddress(host: "127.0.0.1", port: 0),
            loopCount: 1,
            handler: GatewayHandler(
                routes: HealthRoutes(health: Health()).routes,
                stamp: stamp
            ),
            observer: AccessLog(
                format,
                logger: logger,
                clock: WallClock { Timestamp(millisecondsSinceEpoch: 1_800_000_000_123) },
                next: next
            )
        )
        try server.start()
        return server
    }

    /// Sends bytes on a connection of its own, and waits until the server has closed it.
    private func send(_ bytes: [UInt8], to server: Server) async throws {
        let port = Int(server.address.port)
        try await onThread {
            let connection = try RawConnection(port: port)
            try connection.send(bytes)
            _ = try connection.receiveUntilClose()
        }
    }

    private func send(_ text: String, to server: Server) async throws {
        try await send(Array(text.utf8), to: server)
    }

    private static let start = "127.0.0.1 - - [15/Jan/2027:08:00:00 +0000] "

    @Test func `a line in the common log format`() async throws {
        let server = try server(.common)
        let end = "Host: x\r\nConnection: close\r\n\r\n"
        try await send("GET /healthz?a=%22&b HTTP/1.1\r\n\(end)", to: server)
        try await send("HEAD /nothing HTTP/1.0\r\n\(end)", to: server)
        try await send("POST /healthz HTTP/1.1\r\n\(end)", to: server)
        await server.shutdown(within: .seconds(5))
        try #require(lines.all.count == 3)
        let text = lines.all.map { $0.dropFirst(Self.start.count) }
        #expect(lines.all.allSatisfy { $0.hasPrefix(Self.start) })
        #expect(text[0].hasPrefix("\"GET /healthz?a=%22&b HTTP/1.1\" 200 "))
        #expect(text[1] == "\"HEAD /nothing HTTP/1.0\" 404 -\n")
        #expect(text[2].hasPrefix("\"POST /healthz HTTP/1.1\" 405 "))
    }

    @Test func `a line in JSON has the route, the time that it took and the correlation id`()
        async throws
    {
        let server = try server(.json)
        try await send(
            "GET /healthz?a=b HTTP/1.1\r\nHost: x\r\nX-Correlation-ID: a\"\\b\r\n"
                + "Connection: close\r\n\r\n",
            to: server
        )
        await server.shutdown(within: .seconds(5))
        let line = try JSONValue(parsing: Array(try #require(lines.all.first).utf8))
        let expected = [
            "timestamp": "2027-01-15T08:00:00.123Z", "level": "info",
            "message": "request finished", "client": "127.0.0.1", "method": "GET",
            "path": "/healthz", "query": "a=b", "protocol": "HTTP/1.1", "route": "/healthz",
            "correlation_id": "a\"\\b", "ending": "complete",
        ]
        for (key, value) in expected { #expect(line[key].string == value, "\(key)") }
        #expect(line["status"].integer == 200)
        #expect((line["bytes"].integer ?? 0) > 0)
        #expect(lines.all[0].contains(/"duration_seconds":\d+\.\d{6},/))
        #expect(line.keys.count == expected.count + 3)
    }

    @Test(arguments: [AccessLogFormat.common, .json])
    func `what is no request has a line without one`(_ format: AccessLogFormat) async throws {
        let server = try server(format)
        try await send("GET /healthz\u{1}\r\n\r\n", to: server)
        await server.shutdown(within: .seconds(5))
        try #require(lines.all.count == 1)
        if format == .common {
            #expect(lines.all[0].hasPrefix(Self.start + "\"-\" 400 "))
        } else {
            let line = try JSONValue(parsing: Array(lines.all[0].utf8))
            #expect(line["client"] == "127.0.0.1")
            #expect(line["status"].integer == 400)
            #expect(line["path"] == .null)
        }
    }

    @Test func `no byte of a client can break a line`() {
        let all = Array(UInt8.min...UInt8.max)
        let shown = AccessLogEntry.shown(all[...])
        #expect(shown.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        // All of it is still there.
        #expect(String(decoding: shown, as: UTF8.self).removingPercentEncoding(all.count) == all)
    }

    @Test(arguments: [AccessLogFormat.common, .json])
    func `hostile requests have a line each, and not more`(_ format: AccessLogFormat) async throws {
        let server = try server(format)
        let count = 200
        let form =
            /127\.0\.0\.1 - - \[15\/Jan\/2027:08:00:00 \+0000\] "[^"\\\p{Cc}]*" \d{3} (\d+|-)\n/
        try await withSeededGenerator { generator in
            for _ in 0..<count {
                let alphabet = Array("/\"\\%? a\u{7F}\u{1B}é\r".utf8) + [0, 0x80, 0xFF, 0x0A]
                let target = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator) ?? 0
                }
                let request =
                    Array("GET /".utf8) + target
                    + Array(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
                // What remains of a request that is cut off early may be one more.
                let before = lines.all.count
                try await send(request, to: server)
                try await eventually("the line") { lines.all.count > before }
            }
            await server.shutdown(within: .seconds(5))
            #expect(lines.all.count >= count)
            for line in lines.all {
                if format == .common {
                    #expect(line.wholeMatch(of: form) != nil, "\(line.debugDescription)")
                } else {
                    #expect(line.dropLast().allSatisfy { !$0.isNewline })
                    #expect(throws: Never.self) { try JSONValue(parsing: Array(line.utf8)) }
                }
            }
        }
    }

    @Test func `requests over HTTP/2 have lines, whatever their path`() async throws {
        let server = try server(.common)
        let port = Int(server.address.port)
        let statuses = try await onThread {
            let connection = try RawConnection(port: port)
            let client = HTTP2TestClient()
            let ids = ["/healthz", "/a\"b", "/c\\d%0A", "/e\nf"].map { client.request("GET", $0) }
            while !ids.allSatisfy({ client[$0].isComplete || client[$0].closed != nil }) {
                try connection.send(client.output())
                let bytes = try connection.receive { !$0.isEmpty }
                try client.receive(connection.take(bytes.count))
            }
            connection.close()
            return ids.map { client[$0].status }
        }
        #expect(statuses[0] == 200)
        await server.shutdown(within: .seconds(5))
        let requests = lines.all.map { $0.split(separator: "\"")[1] }
        #expect(requests.contains("GET /healthz HTTP/2.0"))
        // libnghttp2 resets a stream with a line end in its path before there is a request.
        #expect(statuses[3] == nil)
        #expect(lines.all.count == 3)
        #expect(requests.allSatisfy { $0 == "-" || $0.hasSuffix(" HTTP/2.0") })
        for line in lines.all { #expect(line.count { $0 == "\"" } == 2 && line.hasSuffix("\n")) }
    }

    @Test func `neither the level nor repetition costs a line`() async throws {
        let server = try server(.common, level: .critical)
        let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        let last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        try await send(String(repeating: request, count: 500) + last, to: server)
        await server.shutdown(within: .seconds(5))
        #expect(lines.all.count == 501)
    }

    @Test func `what else observes sees everything, with an access log or without`() async throws {
        let counter = RequestCounter()
        let server = try server(.common, next: counter)
        try await send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", to: server)
        try await send("no request\r\n\r\n", to: server)
        await server.shutdown(within: .seconds(5))
        #expect(counter.seen.withLock { $0 } == [2, 2, 2, 2])
        #expect(AccessLog(.off, logger: .silent, next: counter) == nil)
    }
}

/// Counts connections opened and closed, and requests begun and finished.
private final class RequestCounter: ServerObserver {
    let seen = Mutex([0, 0, 0, 0])

    func connectionOpened() { seen.withLock { $0[0] += 1 } }
    func connectionClosed() { seen.withLock { $0[1] += 1 } }
    func requestBegan() { seen.withLock { $0[2] += 1 } }
    func requestFinished(_ head: RequestHead?, _ outcome: RequestOutcome) {
        seen.withLock { $0[3] += 1 }
    }
    func shed(_ reason: RequestError) {}
}

extension String {
    /// The bytes that a percent-encoded text stands for.
    fileprivate func removingPercentEncoding(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            let isEncoded = byte == UInt8(ascii: "%") && bytes.count != Int(UInt8(ascii: "%"))
            guard isEncoded else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest.removeFirst(2)
        }
        return bytes
    }
}
