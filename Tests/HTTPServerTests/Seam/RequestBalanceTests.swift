import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// An observer hears of the end of every request of whose beginning it heard.
struct RequestBalanceTests {
    private static func invalidRequest(_ client: HTTP2TestClient) -> Int32 {
        client.request("GET", "/a", fields: [("x", String(repeating: "x", count: 2_000))])
    }

    private static var limits: ServerLimits {
        var limits = ServerLimits()
        limits.headBytes = 1_000
        return limits
    }

    @Test func `an invalid head whose stream is reset at once ends, too`() async throws {
        let observer = SeamObserver()
        try await withSeam(limits: Self.limits, observer: observer) { server, _ in
            try await onThread {
                let connection = try server.connect()
                let client = HTTP2TestClient()
                let stream = Self.invalidRequest(client)
                let request = client.output()
                client.reset(stream)
                try connection.send(request + client.output())
                let next = client.request("GET", "/echo/next")
                try client.exchange(over: connection) { $0[next].isComplete }
                connection.close()
            }
            try await eventually("the end") { observer.notes.closed == 1 }
        }
        #expect(observer.notes.began == 2)
        #expect(
            observer.notes.finished.sorted() == [
                "GET - - 0 clientLeft ", "GET /echo/{text} 200 4 complete ",
            ]
        )
    }

    @Test func `an upgrade whose 101 cannot be written ends`() async throws {
        let observer = SeamObserver()
        try await withSeam(observer: observer) { server, handler in
            try await onThread {
                let connection = try server.connect()
                handler.onAdmission { try? connection.reset() }
                try connection.send(
                    "GET /echo/a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n\r\n"
                )
                try waitUntil("the end") { observer.notes.closed == 1 }
            }
            #expect(handler.finished.map(\.ending) == [.clientLeft])
            #expect(handler.answered.isEmpty)
        }
        #expect(observer.notes.began == 1)
        #expect(observer.notes.finished == ["GET /echo/{text} - 0 clientLeft "])
    }

    @Test func `an invalid head shows nothing of the request before it`() async throws {
        try await withSeam(limits: Self.limits) { server, handler in
            try await onThread {
                let connection = try server.connect()
                let client = HTTP2TestClient()
                let first = client.request("POST", "/echo/a?b", body: [])
                try client.exchange(over: connection) { $0[first].isComplete }
                try waitUntil("the end") { handler.finished.count == 1 }
                let second = Self.invalidRequest(client)
                try client.exchange(over: connection) { $0[second].isComplete }
                #expect(client[second].status == 431)
                connection.close()
            }
            #expect(handler.invalidTargets == ["GET / -"])
        }
    }
}
