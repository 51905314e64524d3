import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// What a handler streams is the same over both versions of HTTP.
struct StreamConformanceTests {
    private static let versions = WireVersion.allCases

    @Test(arguments: versions, ["/stream", "/pending-stream"])
    func `pieces arrive in order, with an end and without a length`(
        _ version: WireVersion,
        _ path: String
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                // The connection carries more of them.
                for _ in 0..<2 {
                    let reply = try client.ask("GET", path)
                    #expect(reply.status == 200)
                    #expect(reply.isComplete)
                    #expect(reply.text == "one two three")
                    #expect(reply.fields["content-type"] == "text/plain")
                    #expect(reply.fields["content-length"] == nil)
                }
                client.close()
            }
            try await eventually("the ends") { handler.finished.count == 2 }
            #expect(handler.finished.allSatisfy { $0.sentBytes == 13 && $0.ending == .complete })
        }
    }

    @Test(arguments: versions)
    func `HEAD has the fields of a stream, and nothing is written`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                let reply = try client.ask("HEAD", "/endless")
                #expect(reply.status == 200)
                #expect(reply.text.isEmpty)
                #expect(reply.isComplete)
                #expect(try client.ask("GET", "/echo/next").text == "next")
                client.close()
            }
            #expect(handler.writtenPieces == 0)
        }
    }

    @Test(arguments: versions)
    func `a piece arrives while the next is not written yet, and a stop ends the stream properly`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            let client = try await onThread {
                let client = try SeamClient(version, server)
                try client.send("GET", "/events")
                try client.receive("hello")
                return client
            }
            let stop = try await beginStop(of: server)
            try await onThread {
                let reply = try client.reply()
                #expect(reply.isComplete)
                #expect(reply.text == "hellobye")
                client.close()
            }
            #expect(await stop.value == 0)
            #expect(handler.cancelled == ["/events"])
            #expect(handler.finished.map(\.ending) == [.complete])
        }
    }

    @Test(arguments: versions)
    func `a client that leaves cancels the writer`(_ version: WireVersion) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                try client.send("GET", "/events")
                try client.receive("hello")
                try client.leave()
                try waitUntil("the cancellation") { handler.cancelled == ["/events"] }
                try waitUntil("the end") { handler.finished.count == 1 }
                client.close()
            }
            #expect(handler.finished.first?.ending == .clientLeft)
        }
    }

    @Test(arguments: versions)
    func `a writer waits for a client that does not read, and fails when it has left`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server, reads: false)
                try client.send("GET", "/endless")
                try waitUntil("the first piece") { handler.writtenPieces > 0 }
                try client.leave()
                try waitUntil("the end") { handler.finished.count == 1 }
                client.close()
            }
            let finish = try #require(handler.finished.first)
            #expect(finish.ending == .clientLeft)
            // The kernel's buffers over HTTP/1.1, the window over HTTP/2.
            #expect(finish.sentBytes <= (version == .http1 ? 64 << 20 : 65_535))
        }
    }

    @Test(arguments: versions)
    func `a client that does not take what is written in time is given up`(
        _ version: WireVersion
    ) async throws {
        var limits = ServerLimits()
        limits.writeTimeout = .milliseconds(20)
        try await withSeam(limits: limits) { server, handler in
            try await onThread {
                let client = try SeamClient(version, server, reads: false)
                try client.send("GET", "/endless")
                try waitUntil("the end") { handler.finished.count == 1 }
                client.close()
            }
            #expect(handler.finished.first?.ending == .timedOut)
        }
    }

    @Test func `a client that does not read from its HTTP/2 socket is given up`() async throws {
        var limits = ServerLimits()
        limits.writeTimeout = .milliseconds(20)
        try await withSeam(limits: limits) { server, handler in
            try await onThread {
                let connection = try server.connect()
                // The window never closes, so the socket does.
                let client = HTTP2TestClient(windowBytes: 1 << 30)
                client.request("GET", "/endless")
                try connection.send(client.output())
                try waitUntil("the end") { handler.finished.count == 1 }
                connection.close()
            }
            #expect(handler.finished.first?.ending == .timedOut)
        }
    }

    @Test(arguments: versions)
    func `a stream that its writer gives up has no proper end`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                let reply = try client.ask("GET", "/broken")
                #expect(!reply.isComplete)
                client.close()
            }
            try await eventually("the end") { handler.finished.count == 1 }
            #expect(handler.finished.first?.ending == .abandoned)
        }
    }

    @Test func `an HTTP/1.0 stream that is given up does not look complete`() async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try server.connect()
                try client.send("GET /broken HTTP/1.0\r\n\r\n")
                _ = try client.receiveUntilClose()
                #expect(client.wasReset)
            }
            try await eventually("the end") { handler.finished.count == 1 }
            #expect(handler.finished.map(\.ending) == [.abandoned])
        }
    }

    @Test func `an HTTP/1.0 client finds the end of a stream where the connection ends`()
        async throws
    {
        try await withSeam { server, _ in
            try await onThread {
                let connection = try server.connect()
                try connection.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let reply = try connection.receiveReply()
                #expect(reply["Transfer-Encoding"] == nil)
                #expect(reply["Connection"] == "close")
                #expect(reply.text == "one two three")
            }
        }
    }
}
