import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

struct ServerShutdownTests {
    private let gate = "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `a request in flight is answered, and told that the connection ends`() async throws {
        try await withServer { server, handler in
            let connection = try server.connect()
            try await onThread { try connection.send(gate) }
            try await eventually("the request") { handler.waitingCount == 1 }
            let stop = try await beginStop(of: server)
            handler.open()
            try await onThread {
                let reply = try connection.receiveReply()
                #expect(reply.status == 200)
                #expect(reply["Connection"] == "close")
                connection.close()
            }
            #expect(await stop.value == 0)
        }
    }

    @Test func `one more request comes through on an idle connection, and is the last`()
        async throws
    {
        var limits = ServerLimits()
        limits.transport.drainTimeout = .seconds(20)
        try await withServer(limits: limits) { server, _ in
            let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
            let connections = try await onThread {
                let connections = try (0..<10).map { _ in try server.connect() }
                for connection in connections {
                    try connection.send(request)
                    try #expect(connection.receiveReply()["Connection"] == nil)
                }
                return connections
            }
            let stop = try await beginStop(of: server, within: .seconds(60))
            try await onThread {
                for connection in connections {
                    try connection.send(request)
                    let reply = try connection.receiveReply()
                    #expect(reply.status == 200)
                    #expect(reply["Connection"] == "close")
                    try #expect(connection.receiveUntilClose().isEmpty)
                    #expect(!connection.wasReset)
                    connection.close()
                }
            }
            #expect(await stop.value == 0)
        }
    }

    @Test func `idle connections are closed when their time is over`() async throws {
        var limits = ServerLimits()
        limits.transport.drainTimeout = .milliseconds(20)
        try await withServer(limits: limits) { server, _ in
            let connections = try await onThread {
                let connections = try (0..<10).map { _ in try server.connect() }
                for connection in connections {
                    try connection.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                    _ = try connection.receiveReply()
                }
                return connections
            }
            let stop = try await beginStop(of: server)
            try await onThread {
                for connection in connections {
                    try #expect(connection.receiveUntilClose().isEmpty)
                    #expect(!connection.wasReset)
                    connection.close()
                }
            }
            #expect(await stop.value == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a client that never closes its side does not hold up the stop`() async throws {
        var limits = ServerLimits()
        limits.transport.lingerTimeout = .seconds(3600)
        limits.transport.drainLingerTimeout = .milliseconds(20)
        limits.transport.drainTimeout = .milliseconds(20)
        try await withServer(limits: limits) { server, _ in
            let connections = try await onThread {
                let idle = try server.connect()
                // It has had its last answer before the stop.
                let ended = try server.connect()
                try ended.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                try #expect(ended.receiveReply().status == 200)
                return [idle, ended]
            }
            try await eventually("the connections") { server.connectionCount == 2 }
            #expect(await server.shutdown(within: .seconds(3600)) == 0)
            withExtendedLifetime(connections) {}
        }
    }

    @Test func `a client that does not close its side is not counted as cut off`() async throws {
        var limits = ServerLimits()
        limits.transport.lingerTimeout = .seconds(20)
        try await withServer(limits: limits) { server, _ in
            let connection = try server.connect()
            try await eventually("the connection") { server.connectionCount == 1 }
            #expect(await server.shutdown(within: .milliseconds(50)) == 0)
            withExtendedLifetime(connection) {}
        }
    }

    @Test func `what takes longer than the patience is cut off and counted`() async throws {
        try await withServer { server, handler in
            let connection = try server.connect()
            try await onThread { try connection.send(gate) }
            try await eventually("the request") { handler.waitingCount == 1 }
            #expect(await server.shutdown(within: .milliseconds(50)) == 1)
        }
    }

    @Test func `a server without connections stops, and a second time too`() async throws {
        try await withServer { server, _ in
            #expect(await server.shutdown(within: .seconds(20)) == 0)
            #expect(await server.shutdown(within: .seconds(20)) == 0)
        }
    }
}
