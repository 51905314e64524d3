import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// Streams of clients that do not let them end, while the server stops.
struct StreamShutdownTests {
    private static let patience = Duration.seconds(3600)

    private static var limits: ServerLimits {
        var limits = ServerLimits()
        // Nothing else ends a wait within the test.
        limits.writeTimeout = patience
        limits.transport.drainTimeout = .milliseconds(20)
        return limits
    }

    @Test(.timeLimit(.minutes(1)), arguments: WireVersion.allCases)
    func `a client that does not take its stream does not hold up the stop`(
        _ version: WireVersion
    ) async throws {
        try await withSeam(limits: Self.limits) { server, handler in
            let client = try await onThread {
                let client = try SeamClient(version, server, reads: false)
                try client.send("GET", "/endless")
                try waitUntil("the first piece") { handler.writtenPieces > 0 }
                return client
            }
            #expect(await server.shutdown(within: Self.patience) == 0)
            #expect(handler.finished.map(\.ending) == [.timedOut])
            client.close()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a client that does not read from its HTTP/2 socket does not hold up the stop`()
        async throws
    {
        try await withSeam(limits: Self.limits) { server, handler in
            let connection = try await onThread {
                let connection = try server.connect()
                // The window never closes, so the socket does.
                let client = HTTP2TestClient(windowBytes: 1 << 30)
                client.request("GET", "/endless")
                try connection.send(client.output())
                try waitUntil("the first piece") { handler.writtenPieces > 0 }
                return connection
            }
            #expect(await server.shutdown(within: Self.patience) == 0)
            #expect(handler.finished.count == 1)
            connection.close()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a stream on a connection that ends anyway is ended by a stop, too`() async throws {
        var limits = ServerLimits()
        limits.requestsPerConnection = 1
        try await withSeam(limits: limits) { server, handler in
            let (connection, client, stream) = try await onThread {
                let connection = try server.connect()
                let client = HTTP2TestClient()
                let stream = client.request("GET", "/events")
                try client.exchange(over: connection) {
                    $0.goAway != nil && $0[stream].text.hasPrefix("hello")
                }
                return (connection, client, stream)
            }
            let stop = try await beginStop(of: server, within: Self.patience)
            try await onThread {
                try client.exchange(over: connection) { $0[stream].isComplete }
                #expect(client[stream].text == "hellobye")
                connection.close()
            }
            #expect(await stop.value == 0)
            #expect(handler.cancelled == ["/events"])
        }
    }
}
