import HTTPServer
import Orders
import TestSupport
import Testing
import Transport

@testable import OrderAPI

/// `GET /orders/events`.
struct ChangeRoutesTests {
    private static let target = "/orders/events"

    // MARK: Answers that are no streams

    @Test func `a stream's fields are told, also to HEAD`() async throws {
        let gateway = try GatewayFixture()
        for method in ["GET", "HEAD"] {
            let response = try await gateway.handler.answer(method, Self.target)
            #expect(response.status == .ok)
            #expect(response[.contentType] == "text/event-stream")
            #expect(response[.cacheControl] == "no-store")
            #expect(response[.correlationID] != nil)
        }
        #expect(gateway.ring.streamCount == 0)
    }

    @Test func `it is no order's id`() async throws {
        let response = try await GatewayFixture().handler.answer("GET", "/orders/eventz")
        #expect(response.status == .notFound)
    }

    @Test func `a client that does not take event streams is told`() async throws {
        let gateway = try GatewayFixture()
        let response = try await gateway.handler.answer(
            "GET",
            Self.target,
            fields: [("Accept", "application/json")]
        )
        #expect(response.status == .notAcceptable)
        #expect(try response.json["detail"].string?.contains("text/event-stream") == true)
        let browser = try await gateway.handler.answer(
            "GET",
            Self.target,
            fields: [("Accept", "text/event-stream")]
        )
        #expect(browser.status == .ok)
    }

    @Test(arguments: [
        ("status=done", "status in the query"), ("customer_id=", "customer_id in the query"),
        ("status=pending&status=confirmed", "status is in the query more than once"),
        ("last_event_id=1&last_event_id=2", "last_event_id is in the query more than once"),
        ("customer_id=%ff", "The query cannot be read"),
    ])
    func `a query that cannot be meant is refused`(
        _ query: String,
        _ detail: String
    ) async throws {
        let response = try await GatewayFixture().handler.answer("GET", "\(Self.target)?\(query)")
        #expect(response.status == .badRequest)
        let json = try response.json
        #expect(json["detail"].string?.hasPrefix(detail) == true)
        #expect(json["instance"].string == Self.target)
        #expect(json["retriable"] == false)
    }

    @Test func `one stream too many is refused, and may be asked for later`() async throws {
        let gateway = try GatewayFixture()
        let streams = (0..<ChangeRing.Limits.streams).map { _ in
            ChangeStream(gateway.ring, ChangeFilter(), after: nil)
        }
        let response = try await gateway.handler.answer("GET", Self.target)
        #expect(response.status == .serviceUnavailable)
        #expect(response[.retryAfter] == "2")
        #expect(try response.json["retriable"] == true)
        withExtendedLifetime(streams) {}
    }

    @Test func `a client and a port have so many streams, and each is given back`() async throws {
        let gateway = try GatewayFixture()
        let shares = StreamShares(limit: 3, perClient: 2)
        let handler = GatewayHandler(
            routes: ChangeRoutes(ring: gateway.ring, shares: shares).routes,
            stamp: gateway.stamp
        )
        func ask(_ last: UInt8) async throws -> Response {
            try await handler.answer("GET", Self.target, from: ClientNetwork(192, 0, 2, last))
        }
        var open = [try await ask(1), try await ask(1)]
        #expect(open.allSatisfy { $0.status == .ok })
        let refused = try await ask(1)
        #expect(refused.status == .tooManyRequests)
        #expect(refused[.retryAfter] == "2")
        #expect(try refused.json["retriable"] == true)
        open.append(try await ask(2))
        #expect(open[2].status == .ok)
        let full = try await ask(3)
        #expect(full.status == .serviceUnavailable)
        #expect(try full.json["detail"].string?.hasPrefix("3 clients") == true)
        open.removeFirst()
        #expect(try await ask(1).status == .ok)
        open.removeAll()
        #expect(gateway.ring.streamCount == 0)
    }

    @Test func `clients without addresses have no limit of their own`() throws {
        let shares = StreamShares(limit: 2, perClient: 1)
        let places = try (0..<2).map { _ in try shares.take(nil) }
        #expect(throws: StreamShares.Refusal.portIsFull) { try shares.take(nil) }
        withExtendedLifetime(places) {}
    }

    // MARK: Over sockets

    private func serving(
        _ limits: ServerLimits = ServerLimits(),
        ring: ChangeRing? = nil,
        _ body: (GatewayFixture, Int) async throws -> Void
    ) async throws {
        let gateway = try GatewayFixture(ring: ring)
        let server = try Server(
            address: SocketAddress(host: "127.0.0.1", port: 0),
            loopCount: 2,
            limits: limits,
            handler: gateway.handler
        )
        try server.start()
        let result = await Result { try await body(gateway, Int(server.address.port)) }
        await server.shutdown(within: .seconds(5))
        try await eventually("the streams to be given back") { gateway.ring.streamCount == 0 }
        try result.get()
    }

    private func open(
        _ version: EventStreamClient.Version,
        _ gateway: GatewayFixture,
        _ port: Int,
        query: String = "",
        fields: [(String, String)] = [],
        timeout: Duration = .seconds(10)
    ) async throws -> EventStreamClient {
        let before = gateway.ring.streamCount
        let client = try await onThread {
            let client = try EventStreamClient(version, port: port, timeout: timeout)
            try client.open(Self.target + query, fields: fields)
            try client.receive("\n\n")
            return client
        }
        #expect(gateway.ring.streamCount == before + 1)
        return client
    }

    @Test(arguments: EventStreamClient.Version.allCases)
    func `an order's changes come as they take effect`(
        _ version: EventStreamClient.Version
    ) async throws {
        try await serving { gateway, port in
            let client = try await open(version, gateway, port, query: "?customer_id=c-1")
            let others = try await open(version, gateway, port, query: "?customer_id=c-2")
            let id = try await gateway.placeOrder()
            let view = try await gateway.handler.answer("GET", "/orders/\(id)").body
            let text = String(decoding: view, as: UTF8.self)
            try await onThread { try client.receive("event: order\ndata: \(text)\n\n") }
            #expect(!others.text.contains("event: order"))
        }
    }

    @Test(arguments: EventStreamClient.Version.allCases)
    func `a client that comes back gets what it has missed`(
        _ version: EventStreamClient.Version
    ) async throws {
        try await serving { gateway, port in
            let first = try await open(version, gateway, port)
            gateway.ring.changed([change(1), change(2), change(3)])
            try await onThread { try first.receive("{\"number\":3}") }
            let id = try #require(first.ids.first)
            first.close()
            try await eventually("the stream to end") { gateway.ring.streamCount == 0 }
            gateway.ring.changed([change(4)])
            for (query, fields) in [
                ("", [("Last-Event-ID", id)]), ("?last_event_id=\(id)", []),
                // What the client itself says counts.
                ("?last_event_id=nonsense", [("Last-Event-ID", id)]),
            ] {
                let client = try await open(version, gateway, port, query: query, fields: fields)
                try await onThread { try client.receive("{\"number\":4}") }
                #expect(client.numbers == [2, 3, 4])
                client.close()
                try await eventually("the stream to end") { gateway.ring.streamCount == 0 }
            }
        }
    }

    @Test(arguments: EventStreamClient.Version.allCases)
    func `a client that reads too slowly is told what it has missed`(
        _ version: EventStreamClient.Version
    ) async throws {
        let ring = ChangeRing(limitBytes: 50_000)
        var limits = ServerLimits()
        // On a busy machine the changes take as long as a client may take to read.
        limits.writeTimeout = .seconds(600)
        try await serving(limits, ring: ring) { gateway, port in
            let slow = try await open(version, gateway, port, timeout: .seconds(60))
            // More than sockets and windows hold. Each is shown before the next one.
            for number in 1...100 as ClosedRange<UInt64> {
                ring.changed([change(Int(number), padding: 150_000)])
                try await eventually("the change to be shown") {
                    if case .nothing = ring.look(from: number) { false } else { true }
                }
            }
            try await onThread { try slow.receive("event: lagged\n") }
            #expect(ring.laggedCount == 1)
            ring.changed([change(1_000)])
            try await onThread { try slow.receive("{\"number\":1000}") }
            #expect(slow.numbers.count < 101)
        }
    }

    @Test(arguments: EventStreamClient.Version.allCases)
    func `a client that reads nothing is dropped, and a quiet one is not`(
        _ version: EventStreamClient.Version
    ) async throws {
        var limits = ServerLimits()
        limits.writeTimeout = .milliseconds(300)
        limits.idleTimeout = .milliseconds(100)
        limits.headTimeout = .milliseconds(100)
        var timing = ChangeRing.Timing()
        timing.gathering = .milliseconds(1)
        let ring = ChangeRing(limitBytes: 4_000_000, timing: timing)
        try await serving(limits, ring: ring) { gateway, port in
            let quiet = try await open(
                version,
                gateway,
                port,
                query: "?customer_id=nobody",
                timeout: .seconds(1)
            )
            let stalled = try await open(version, gateway, port)
            #expect(ring.streamCount == 2)
            try await eventually("the stalled client to be dropped") {
                for number in 0..<10 { ring.changed([change(number, padding: 150_000)]) }
                return ring.streamCount == 1
            }
            // It may have been too slow for all that, and is told of what comes from then on.
            try await eventually("the quiet client's change") {
                ring.changed([change(1_000_000, customer: "nobody")])
                let reception = await Result {
                    try await onThread { try quiet.receive("{\"number\":1000000}") }
                }
                return (try? reception.get()) != nil
            }
            stalled.close()
        }
    }

    @Test(arguments: EventStreamClient.Version.allCases)
    func `a server that stops ends its streams properly`(
        _ version: EventStreamClient.Version
    ) async throws {
        var client: EventStreamClient?
        try await serving { gateway, port in
            client = try await open(version, gateway, port)
        }
        let ended = try #require(client)
        try await onThread { try ended.receiveEnd() }
    }
}

extension EventStreamClient {
    /// The numbers of the changes that have come.
    fileprivate var numbers: [Int] { views.compactMap { $0["number"].integer } }
}
