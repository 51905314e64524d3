import Foundation
import HTTPServer
import TestSupport
import Testing
import Transport

/// The gateway's HTTP/1.1 on a socket, case by case: RFC 9110 and RFC 9112 to the letter.
struct WireTests {
    static let cases: [WireCase] =
        WireCase.messageCases + WireCase.requestLineCases + WireCase.targetCases
        + WireCase.hostCases + WireCase.fieldCases + WireCase.lengthCases + WireCase.codingCases
        + WireCase.chunkCases + WireCase.connectionCases + WireCase.expectCases
        + WireCase.limitCases + sharedCases

    /// What both versions of HTTP have to answer alike: one whole request each, whose fields say
    /// nothing about the connection.
    static let sharedCases =
        WireCase.methodCases + WireCase.negotiationCases + WireCase.contentCases
        + WireCase.conditionCases

    /// What follows a request whose connection has to be closed.
    private static let follower = "GET /follower HTTP/1.1\r\nHost: gateway\r\n\r\n"

    @Test(arguments: cases)
    func `the bytes that are sent bring the bytes that have to come`(_ wire: WireCase) async throws
    {
        let exchange = try await serving(wire) { try Self.exchange(wire, $0) }
        for (index, (reply, expected)) in zip(exchange.replies, wire.answers).enumerated() {
            let isLast = index == wire.answers.count - 1
            try check(reply, expected, closes: isLast && wire.ending != .stays)
        }
        #expect(exchange.rest.isEmpty)
        #expect(!exchange.wasReset)
        if wire.ending == .stays {
            #expect(exchange.next?.status == 200)
            #expect(exchange.next?.text.contains(#""status":"ok""#) == true)
        }
    }

    @Test(arguments: sharedCases.filter { $0.ending == .stays })
    func `HTTP/2 answers the same`(_ wire: WireCase) async throws {
        let reply = try await serving(wire) { try Self.exchangeOverHTTP2(wire, $0) }
        try check(reply, try #require(wire.answers.first), closes: false)
    }

    /// Runs a server for a case, and something against its port.
    private func serving<Outcome: Sendable>(
        _ wire: WireCase,
        _ body: @escaping @Sendable (_ port: Int) throws -> Outcome
    ) async throws -> Outcome {
        let fixture = try GatewayFixture()
        let server = try Server(
            address: SocketAddress(host: "127.0.0.1", port: 0),
            loopCount: 1,
            limits: wire.limits,
            handler: fixture.handler
        )
        try server.start()
        let port = Int(server.address.port)
        let result = await Result { try await onThread { try body(port) } }
        await server.shutdown(within: .seconds(5))
        return try result.get()
    }

    @Test func `there are no two cases of the same name`() {
        #expect(Set(Self.cases.map(\.rule)).count == Self.cases.count)
        #expect(Self.cases.count >= 200)
    }

    /// What came back on one connection.
    private struct Exchange {
        var replies: [HTTPReply]
        /// What came that was no answer to what was sent.
        var rest: [UInt8] = []
        var wasReset = false
        /// The answer to another request, sent afterwards.
        var next: HTTPReply?
    }

    private static func exchange(_ wire: WireCase, _ port: Int) throws -> Exchange {
        let connection = try RawConnection(port: port)
        try connection.send(wire.sent + (wire.ending == .closes ? Array(follower.utf8) : []))
        var exchange = Exchange(
            replies: try wire.answers.map { try connection.receiveReply(isForHead: $0.isForHead) }
        )
        if wire.ending == .stays {
            exchange.rest = connection.received
            try connection.send("GET /healthz HTTP/1.1\r\nHost: next\r\n\r\n")
            exchange.next = try connection.receiveReply()
        } else {
            exchange.rest = try connection.receiveUntilClose()
        }
        exchange.wasReset = connection.wasReset
        return exchange
    }

    private static func exchangeOverHTTP2(_ wire: WireCase, _ port: Int) throws -> HTTPReply {
        let end = try #require(wire.sent.firstRange(of: Array("\r\n\r\n".utf8)))
        let head = String(decoding: wire.sent[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let words = try #require(lines.first).split(separator: " ")
        let fields = lines.dropFirst().compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].lowercased()
            // That is `:authority` here.
            return name == "host"
                ? nil : (name, parts[1].trimmingPrefix { $0 == " " }.description)
        }
        let body = Array(wire.sent[end.upperBound...])
        let connection = try RawConnection(port: port)
        let client = HTTP2TestClient()
        let id = client.request(
            String(words[0]),
            String(words[1]),
            fields: fields,
            body: body.isEmpty ? nil : body
        )
        while !client[id].isComplete {
            try connection.send(client.output())
            let bytes = try connection.receive { !$0.isEmpty }
            try client.receive(connection.take(bytes.count))
        }
        return HTTPReply(
            status: try #require(client[id].status),
            reason: "",
            fields: client[id].fields.map { (name: $0.key, value: $0.value) },
            body: client[id].body
        )
    }

    /// What is expected of the answer, and of every answer.
    private func check(_ reply: HTTPReply, _ expected: WireAnswer, closes: Bool) throws {
        #expect(reply.status == expected.status, "\(reply.text)")
        for (name, value) in expected.fields { #expect(reply[name] == value, "\(name)") }
        if let text = expected.text { #expect(reply.text.contains(text)) }
        guard reply.status >= 200 else {
            #expect(reply.fields.isEmpty)
            return
        }
        // RFC 9110 §6.6.1, §5.6.7.
        let date = /(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/
        #expect(reply["Date"]?.wholeMatch(of: date) != nil)
        #expect(reply["X-Correlation-ID"] != nil)
        // RFC 9110 §8.6.
        #expect((reply["Content-Length"] == nil) == [204, 304].contains(reply.status))
        // RFC 9112 §9.6.
        #expect((reply["Connection"] == "close") == closes)
        guard reply.status >= 400 else { return }
        #expect(reply["Content-Type"] == "application/problem+json")
        if !expected.isForHead {
            let problem = try reply.json
            #expect(problem["status"].integer == expected.status)
            #expect(problem["detail"].string?.isEmpty == false)
        }
    }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
