import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// What a handler does is the same over both versions of HTTP: admission, answer and end.
struct SeamConformanceTests {
    private static let versions = WireVersion.allCases

    @Test(arguments: versions)
    func `a request is admitted, answered and finished, once each and with one context`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                for number in 0..<3 {
                    let reply = try client.ask("POST", "/echo/\(number)-", body: "body")
                    #expect(reply.status == 200)
                    #expect(reply.text == "\(number)-body")
                }
                client.close()
            }
            try await eventually("the ends") { handler.finished.count == 3 }
            let paths = ["/echo/0-", "/echo/1-", "/echo/2-"]
            #expect(handler.admitted == paths)
            #expect(handler.answered == paths)
            let finishes = paths.map {
                SeamHandler.Finish(
                    path: $0,
                    pattern: "/echo/{text}",
                    status: 200,
                    sentBytes: 6,
                    ending: .complete
                )
            }
            #expect(handler.finished == finishes)
        }
    }

    @Test(arguments: versions)
    func `a refused request is answered once its content has come, and the next is served`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                let body = String(repeating: "x", count: 100_000)
                let unknown = try client.ask("POST", "/nowhere", body: body)
                #expect(unknown.status == 404)
                #expect(unknown.text == "no")
                #expect(try client.ask("POST", "/stream", body: body).status == 405)
                #expect(try client.ask("GET", "/echo/next").text == "next")
                client.close()
            }
            try await eventually("the ends") { handler.finished.count == 3 }
            #expect(handler.answered == ["/echo/next"])
            #expect(handler.finished.map(\.pattern) == [nil, "/stream", "/echo/{text}"])
            #expect(handler.finished.map(\.status) == [404, 405, 200])
            #expect(handler.finished.allSatisfy { $0.ending == .complete })
        }
    }

    @Test(arguments: versions)
    func `a client that waits for 100 Continue is told of the refusal in its place`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                let expect = [("Expect", "100-continue")]
                let reply = try client.ask("POST", "/nowhere", fields: expect, body: "body")
                #expect(reply.statuses == [404])
                #expect(reply.fields["connection"] == (version == .http1 ? "close" : nil))
                client.close()
            }
            try await eventually("the end") { handler.finished.count == 1 }
            #expect(handler.answered.isEmpty)
            #expect(handler.finished.first?.ending == .complete)
        }
    }

    @Test(arguments: versions)
    func `an accepted request is told to go on`(_ version: WireVersion) async throws {
        try await withSeam { server, _ in
            try await onThread {
                let client = try SeamClient(version, server)
                let expect = [("Expect", "100-continue")]
                try client.send("POST", "/echo/a-", fields: expect, body: "body")
                if version == .http1 {
                    #expect(try client.reply().statuses == [100])
                    try client.connection.send("body")
                    #expect(try client.reply().text == "a-body")
                } else {
                    #expect(try client.reply().statuses == [100, 200])
                }
                client.close()
            }
        }
    }

    @Test(arguments: versions)
    func `a route has a body limit of its own`(_ version: WireVersion) async throws {
        try await withSeam { server, handler in
            try await onThread {
                for (path, count, status) in [
                    ("/small", 10, 200), ("/small", 11, 413), ("/echo/a", 11, 200),
                ] {
                    let client = try SeamClient(version, server)
                    let body = String(repeating: "x", count: count)
                    #expect(try client.ask("POST", path, body: body).status == status)
                    client.close()
                }
            }
            try await eventually("the ends") { handler.finished.count == 3 }
            #expect(handler.finished.map(\.status).contains(413))
            #expect(handler.answered == ["/small", "/echo/a"])
        }
    }

    @Test(arguments: versions)
    func `a refused request has the body limit of its route`(_ version: WireVersion) async throws {
        try await withSeam { server, handler in
            try await onThread {
                for (count, status) in [(10, 405), (11, 413)] {
                    let client = try SeamClient(version, server)
                    let body = String(repeating: "x", count: count)
                    #expect(try client.ask("PUT", "/small", body: body).status == status)
                    client.close()
                }
            }
            #expect(handler.answered.isEmpty)
        }
    }

    @Test(arguments: versions)
    func `a client that leaves cancels the answer that is being made`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                try client.send("GET", "/slow")
                try waitUntil("the question") { handler.answered == ["/slow"] }
                try client.leave()
                try waitUntil("the cancellation") { handler.cancelled == ["/slow"] }
                try waitUntil("the end") { handler.finished.count == 1 }
                client.close()
            }
            // Over HTTP/1.1 the kernel takes the answer, because the client may still be reading.
            let ending: RequestOutcome.Ending = version == .http1 ? .complete : .clientLeft
            #expect(handler.finished.first?.ending == ending)
        }
    }

    @Test(arguments: versions)
    func `an answer that misses its deadline is cancelled, and given all the same`(
        _ version: WireVersion
    ) async throws {
        try await withSeam { server, handler in
            try await onThread {
                let client = try SeamClient(version, server)
                let reply = try client.ask("GET", "/late")
                #expect(reply.status == 503)
                #expect(reply.text == "gave up")
                client.close()
            }
            try await eventually("the end") { handler.finished.count == 1 }
            #expect(handler.cancelled == ["/late"])
            #expect(handler.finished.first?.ending == .complete)
        }
    }

    @Test(arguments: versions)
    func `an observer is told of connections, requests and what was shed`(
        _ version: WireVersion
    ) async throws {
        let observer = SeamObserver()
        try await withSeam(observer: observer) { server, _ in
            try await onThread {
                let client = try SeamClient(version, server)
                #expect(try client.ask("GET", "/echo/a").status == 200)
                #expect(try client.ask("GET", "/nowhere").status == 404)
                client.close()
            }
            try await eventually("the end") { observer.notes.closed == 1 }
        }
        #expect(observer.notes.opened == 1)
        #expect(observer.notes.began == 2)
        #expect(
            observer.notes.finished == [
                "GET /echo/{text} 200 1 complete ", "GET - 404 2 complete ",
            ]
        )
        #expect(observer.notes.shed.isEmpty)
    }

    @Test func `an observer is told of what was no request, and of what there is no room for`()
        async throws
    {
        let observer = SeamObserver()
        var limits = ServerLimits()
        limits.heldBodyBytes = 10
        limits.bodyBytes = 1_000
        try await withSeam(limits: limits, observer: observer) { server, _ in
            try await onThread {
                let broken = try server.connect()
                try broken.send("no request\r\n\r\n")
                #expect(try broken.receiveReply().status == 400)
                broken.close()
                let large = try server.connect()
                try large.send(
                    "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n"
                        + String(repeating: "x", count: 800)
                )
                #expect(try large.receiveReply().status == 503)
                large.close()
            }
            try await eventually("the ends") { observer.notes.finished.count == 2 }
        }
        #expect(observer.notes.began == 2)
        #expect(observer.notes.shed == [.overloaded])
        #expect(
            observer.notes.finished == [
                "- - 400 7 complete ", "POST /echo/{text} 503 7 complete ",
            ]
        )
    }
}
