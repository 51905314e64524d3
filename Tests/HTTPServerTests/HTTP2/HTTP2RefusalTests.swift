import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// What becomes of the rest of a request that is refused before it is complete (RFC 9113 §8.1).
struct HTTP2RefusalTests {
    private static let large = [UInt8](repeating: 1, count: 10_000)

    /// A request whose content is refused, and of which more comes than fits in a window.
    private func refused(_ limits: ServerLimits) throws -> HTTP2Exchange {
        var exchange = HTTP2Exchange(limits)
        exchange.receive(Frame.preface + Frame.post(1) + Frame.data(1, Self.large))
        #expect(exchange.refused == [1: .bodyTooLarge(limitBytes: limits.bodyBytes)])
        let sent = ReceivedFrame.all(in: try exchange.output())
        #expect(sent.contains { $0.kind == .headers && $0.stream == 1 })
        #expect(sent.contains { $0.kind == .data && $0.stream == 1 && $0.hasFirstFlag })
        #expect(!sent.contains { $0.kind == .reset })
        return exchange
    }

    private func resets(_ exchange: inout HTTP2Exchange) throws -> [HTTP2Error?] {
        ReceivedFrame.all(in: try exchange.output()).filter { $0.kind == .reset }.map(\.error)
    }

    private var small: ServerLimits {
        var limits = ServerLimits()
        limits.bodyBytes = 1_000
        limits.transport.lingerBytes = 50_000
        return limits
    }

    @Test func `it is taken and thrown away, so that its client finds the answer`() throws {
        var exchange = try refused(small)
        for _ in 0..<3 {
            exchange.receive(Frame.data(1, Self.large))
            #expect(try resets(&exchange).isEmpty)
        }
        #expect(exchange.session.heldBytes == 0)
        exchange.receive(Frame.data(1, [], endsStream: true))
        #expect(try resets(&exchange).isEmpty)
        #expect(exchange.session.streamCount == 0)
    }

    @Test func `so many bytes of it, then it is called off without an error`() throws {
        var exchange = try refused(small)
        for _ in 0..<5 { exchange.receive(Frame.data(1, Self.large)) }
        #expect(try resets(&exchange).isEmpty)
        exchange.receive(Frame.data(1, [1]))
        #expect(try resets(&exchange) == [HTTP2Error.none])
        #expect(exchange.session.streamCount == 0)
        #expect(exchange.session.isAlive)
    }

    @Test func `for so long`() throws {
        var exchange = try refused(small)
        exchange.expire(after: small.transport.lingerTimeout - .milliseconds(1))
        #expect(try resets(&exchange).isEmpty)
        exchange.expire(after: .milliseconds(1))
        #expect(try resets(&exchange) == [HTTP2Error.none])
        #expect(exchange.session.streamCount == 0)
    }

    @Test(arguments: [[("expect", "x")], [("host", "y")]])
    func `one for HEAD is answered without content (RFC 9110 §9.3.2)`(
        _ fields: [(String, String)]
    ) throws {
        for (method, content) in [("HEAD", ""), ("GET", "refused")] {
            var exchange = HTTP2Exchange()
            let id = exchange.client.request(method, "/", fields: fields)
            try exchange.run()
            #expect(exchange.refused[id] != nil)
            let reply = try #require(exchange.client.replies[id])
            #expect(reply.isComplete)
            #expect(reply.text == content)
            #expect(reply.fields["content-length"] == "7")
        }
    }

    @Test(arguments: ["http://y/", "y", ""])
    func `a :path that is none is refused, whatever the scheme (RFC 9113 §8.3.1)`(
        _ path: String
    ) throws {
        var exchange = HTTP2Exchange()
        let fields = Frame.fields(
            (":method", "GET"),
            (":scheme", "x"),
            (":path", path),
            (":authority", "x")
        )
        exchange.receive(Frame.preface + Frame.headers(1, fields, endsStream: true))
        #expect(exchange.requests.isEmpty)
    }

    @Test func `a malformed request is reset as one (RFC 9113 §8.1.1)`() throws {
        var exchange = HTTP2Exchange(small)
        let fields = Frame.fields(
            (":method", "POST"),
            (":scheme", "http"),
            (":path", "/"),
            (":authority", "x:y")
        )
        exchange.receive(Frame.preface + Frame.headers(1, fields, endsStream: false))
        #expect(try resets(&exchange).isEmpty)
        exchange.expire(after: small.transport.lingerTimeout)
        #expect(try resets(&exchange) == [.protocolError])
    }
}
