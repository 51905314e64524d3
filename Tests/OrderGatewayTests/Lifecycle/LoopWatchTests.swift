import Dispatch
import HTTPServer
import Telemetry
import TestSupport
import Testing
import Text
import Transport

@testable import OrderAPI
@testable import OrderGateway

/// Event loops that do not turn.
struct LoopWatchTests {
    private let health = Health(parts: [.eventLoops])
    private let lines = LogLines()

    private func server(_ routes: [Route], loops: Int) throws -> Server {
        let stamp = RequestStamp(random: RandomSource(), clock: .system)
        let server = try Server(
            address: SocketAddress(host: "127.0.0.1", port: 0),
            loopCount: loops,
            handler: GatewayHandler(routes: routes, stamp: stamp)
        )
        try server.start()
        return server
    }

    private func pulses(_ server: Server) -> [LoopPulse] {
        server.loops.enumerated().map { LoopPulse(name: "http-\($0)", of: $1) }
    }

    private func watch(_ loops: [LoopPulse]) -> LoopWatch {
        let logger = Logger(label: "test", format: .text, sink: lines.sink)
        return LoopWatch(loops, health: health, logger: logger)
    }

    /// Looks again and again, each time after the loops that turn have answered.
    private func look(_ count: Int, _ watch: LoopWatch, _ turning: [LoopPulse]) async throws {
        for _ in 0..<count {
            watch.look()
            try await eventually("an answer") { turning.allSatisfy { !$0.isWaiting } }
        }
    }

    private func healthz(_ server: Server) async throws -> HTTPReply {
        let client = HTTPClient(port: Int(server.address.port))
        return try await onThread { try client.get("/healthz") }
    }

    @Test func `a loop that is blocked is told on another loop, until it turns again`()
        async throws
    {
        let release = DispatchSemaphore(value: 0)
        let entered = DispatchSemaphore(value: 0)
        let blocked = try server(
            [
                Route(.get, "/block") { _ in
                    entered.signal()
                    release.wait()
                    return .ready(Response(.ok, body: []))
                }
            ],
            loops: 1
        )
        let others = try server(HealthRoutes(health: health).routes, loops: 1)
        let (stuck, turning) = (pulses(blocked), pulses(others))
        let watch = watch(stuck + turning)
        try await look(3, watch, stuck + turning)
        #expect(try await healthz(others).status == 200)
        let port = Int(blocked.address.port)
        let connection = try RawConnection(port: port, timeout: .seconds(60))
        try connection.send("GET /block HTTP/1.1\r\nHost: x\r\n\r\n")
        try await onThread { entered.wait() }

        try await look(LoopWatch.Limits.silentLooks, watch, turning)
        // That is one look before it counts as hung.
        #expect(try await healthz(others).status == 200)
        try await look(5, watch, turning)
        let reply = try await healthz(others)
        #expect(reply.status == 503)
        let check = try reply.json["checks"]["event_loops"]
        #expect(check["status"] == "unavailable")
        #expect(check["reason"] == "event loops that do not turn: http-0")
        #expect(check["since"].string?.hasSuffix("Z") == true)
        #expect(lines.count(" error event loops do not turn, ") == 1)
        let delays = watch.delays
        #expect(delays.map(\.loop) == ["http-0", "http-0"])
        #expect(delays[0].delay > delays[1].delay)

        release.signal()
        try await eventually("the loop") { !stuck[0].isWaiting }
        try await look(1, watch, turning)
        #expect(try await healthz(others).status == 200)
        #expect(lines.count(" notice all event loops turn again\n") == 1)
        _ = try connection.receiveReply()
        connection.close()
        await blocked.shutdown(within: .seconds(5))
        await others.shutdown(within: .seconds(5))
    }

    @Test func `it looks for as long as it runs`() async throws {
        let server = try server([], loops: 2)
        let loops = pulses(server)
        let watch = LoopWatch(loops, health: health, interval: .milliseconds(1), logger: .silent)
        let running = Task { try await watch.run() }
        try await eventually("both loops") { watch.delays.allSatisfy { $0.delay > .zero } }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        try await eventually("the last answers") { loops.allSatisfy { !$0.isWaiting } }
        #expect(health.isReady)
        await server.shutdown(within: .seconds(5))
    }
}
