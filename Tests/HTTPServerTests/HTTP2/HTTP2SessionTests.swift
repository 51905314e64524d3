import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport

/// HTTP/2 without sockets: an HTTP/2 client's bytes in, bytes for it out.
struct HTTP2SessionTests {
    private var small: ServerLimits {
        var limits = ServerLimits()
        limits.headBytes = 1_000
        limits.targetBytes = 100
        limits.fieldLines = 10
        limits.bodyBytes = 1_000
        limits.heldConnectionBodyBytes = 2_500
        return limits
    }

    // MARK: Requests and answers

    @Test func `a request comes with its parts, and the answer with its own`() throws {
        var exchange = HTTP2Exchange()
        let id = exchange.client.request(
            "POST",
            "/orders?x=%20",
            fields: [("content-type", "application/json"), ("x-a", "b")],
            body: Array("{}".utf8)
        )
        try exchange.run()
        let request = try #require(exchange.requests[id])
        #expect(request.method == .post)
        #expect(request.path.elementsEqual("/orders".utf8))
        #expect(request.query?.elementsEqual("x=%20".utf8) == true)
        #expect(request.fields[.contentType] == "application/json")
        #expect(request.body == Array("{}".utf8))
        let reply = exchange.client[id]
        #expect(reply.statuses == [200])
        #expect(reply.text == "/orders{}")
        #expect(
            reply.fields == ["content-type": "text/plain", "content-length": "9", "date": "now"]
        )
        #expect(reply.isComplete)
        #expect(reply.closed == 0)
        #expect(exchange.session.streamCount == 0)
    }

    @Test func `HEAD is answered with the length and no content (RFC 9110 §9.3.2)`() throws {
        var exchange = HTTP2Exchange()
        let id = exchange.client.request("HEAD", "/abc")
        try exchange.run()
        #expect(exchange.client[id].fields["content-length"] == "4")
        #expect(exchange.client[id].body.isEmpty)
        #expect(exchange.client[id].isComplete)
    }

    @Test func `an expectation is met with 100 (RFC 9110 §10.1.1)`() throws {
        var exchange = HTTP2Exchange()
        let id = exchange.client.request(
            "POST",
            "/",
            fields: [("expect", "100-continue")],
            body: Array("x".utf8)
        )
        try exchange.run()
        #expect(exchange.client[id].statuses == [100, 200])
    }

    @Test func `what is the same in answers is told in a byte, and the names of the rest by index`()
        throws
    {
        var exchange = HTTP2Exchange()
        exchange.answers = false
        try exchange.run()
        func headBytes(_ id: String, date: String = "now") throws -> Int {
            let stream = exchange.client.request("GET", "/orders/1")
            try exchange.run()
            var fields = FieldSection(lines: "Content-Type: application/json\r\n")
            fields.append(FieldName("X-Correlation-ID"), id)
            let response = Response(.noContent, fields: fields)
            exchange.submit(response, stream, date: date)
            let output = try exchange.output()
            try exchange.client.receive(output)
            #expect(exchange.client[stream].fields["x-correlation-id"] == id)
            // RFC 9113 §4.1: HEADERS come first.
            return Int(output[1]) << 8 | Int(output[2])
        }
        // A byte each for :status, date and content-type; for the last field two of an index, a
        // length, and eight digits of five bits (RFC 7541 §6.1, §6.2.3, B).
        let least = 3 + 2 + 1 + 5
        #expect(try headBytes("00000000") > least)
        #expect(try headBytes("11111111") == least)
        // So many dates that nothing of before is left in the table of 4,096 bytes.
        for number in 0..<126 { _ = try headBytes("22222222", date: "\(number)") }
        _ = try headBytes("00000000")
        #expect(try headBytes("11111111") == least)
    }

    @Test func `many streams at once are many requests`() throws {
        var exchange = HTTP2Exchange()
        let ids = (0..<100).map { exchange.client.request("GET", "/\($0)") }
        try exchange.run()
        #expect(ids.map { exchange.client[$0].text } == (0..<100).map { "/\($0)" })
    }

    @Test func `an answer larger than the window waits for the client`() throws {
        var exchange = HTTP2Exchange(client: HTTP2TestClient(windowBytes: 10))
        let id = exchange.client.request("GET", "/12345678901234567890")
        try exchange.run()
        #expect(exchange.client[id].body.count == 10)
        #expect(!exchange.client[id].isComplete)
        #expect(exchange.session.streamCount == 1)
    }

    @Test
    func `however the bytes are split, the same requests come out`() throws {
        try withSeededGenerator { generator in
            let client = HTTP2TestClient()
            for number in 0..<20 {
                let body = [UInt8](
                    repeating: 0x61,
                    count: Int.random(in: 0...3_000, using: &generator)
                )
                client.request("POST", "/\(number)", body: number % 3 == 0 ? nil : body)
            }
            let bytes = client.output()
            var whole = HTTP2Exchange()
            whole.receive(bytes)
            for _ in 0..<20 {
                var split = HTTP2Exchange()
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = Int.random(in: 1...200, using: &generator)
                    split.receive(Array(rest.prefix(count)))
                    rest = rest.dropFirst(count)
                }
                #expect(split.requests.keys.sorted() == whole.requests.keys.sorted())
                for (id, request) in whole.requests {
                    #expect(split.requests[id]?.path == request.path)
                    #expect(split.requests[id]?.body == request.body)
                }
            }
        }
    }

    // MARK: Limits

    @Test func `content beyond the limit is refused, and the rest not wanted`() throws {
        var exchange = HTTP2Exchange(small)
        let id = exchange.client.request("POST", "/", body: [UInt8](repeating: 1, count: 1_001))
        let fits = exchange.client.request("POST", "/", body: [UInt8](repeating: 1, count: 1_000))
        try exchange.run()
        #expect(exchange.refused[id] == .bodyTooLarge(limitBytes: 1_000))
        #expect(exchange.client[id].statuses == [413])
        #expect(exchange.client[fits].statuses == [200])
    }

    @Test func `the rest of a refused request is called off without an error`() throws {
        var exchange = HTTP2Exchange(small)
        // More than the window lets the client send at once.
        let id = exchange.client.request("POST", "/", body: [UInt8](repeating: 1, count: 200_000))
        try exchange.run()
        #expect(exchange.client[id].statuses == [413])
        #expect(exchange.client[id].closed == 0)
        #expect(exchange.session.streamCount == 0)
    }

    @Test func `contents of all streams together have a limit`() throws {
        var open = HTTP2Exchange(small)
        var bytes = Frame.preface
        for id in [1, 3, 5] as [Int32] {
            bytes += Frame.post(id) + Frame.data(id, [UInt8](repeating: 1, count: 900))
        }
        open.receive(bytes)
        #expect(open.refused == [5: .overloaded])
        // One that ends makes room.
        open.receive(Frame.data(1, [], endsStream: true))
        open.receive(Frame.post(7) + Frame.data(7, [UInt8](repeating: 1, count: 900)))
        #expect(open.requests.keys.sorted() == [1])
        #expect(open.refused == [5: .overloaded])
    }

    @Test(arguments: [
        (
            [("a", String(repeating: "x", count: 1_000))],
            RequestError.headTooLarge(limitBytes: 1_000)
        ),
        ((0..<11).map { ("a\($0)", "b") }, .tooManyFields(limit: 10)),
        ([("expect", "200-ok")], .expectationUnknown),
    ])
    func `a head beyond its limits is refused`(
        _ fields: [(String, String)],
        _ error: RequestError
    ) throws {
        var exchange = HTTP2Exchange(small)
        let id = exchange.client.request("GET", "/", fields: fields)
        try exchange.run()
        #expect(exchange.refused[id] == error)
        #expect(exchange.client[id].status == Int(error.status.code))
    }

    @Test func `a target beyond its limit is refused`() throws {
        var exchange = HTTP2Exchange(small)
        let id = exchange.client.request("GET", "/" + String(repeating: "a", count: 100))
        try exchange.run()
        #expect(exchange.client[id].status == 414)
    }

    @Test func `a method that nobody knows is refused`() throws {
        var exchange = HTTP2Exchange()
        let id = exchange.client.request("BREW", "/")
        try exchange.run()
        #expect(exchange.client[id].status == 501)
    }

    @Test(arguments: ["/%zz", "/a%2", "/a\"b", "/a\\b"])
    func `a target that is none is refused`(_ target: String) throws {
        var exchange = HTTP2Exchange()
        let id = exchange.client.request("GET", target)
        try exchange.run()
        #expect(exchange.requests.isEmpty)
        #expect(exchange.client[id].status == 400 || exchange.client[id].closed != 0)
    }

    @Test func `a small head that unpacks into a large one is refused (HPACK bomb)`() throws {
        var exchange = HTTP2Exchange()
        let fields = (0..<20).map { _ in ("a", String(repeating: "x", count: 3_000)) }
        let id = exchange.client.request("GET", "/", fields: fields)
        let bytes = exchange.client.output()
        #expect(bytes.count < 10_000)
        exchange.receive(bytes)
        #expect(exchange.refused[id] == .headTooLarge(limitBytes: ServerLimits().headBytes))
        #expect(exchange.session.streamCount == 1)
    }

    @Test func `more streams than are allowed are refused one by one`() throws {
        var limits = small
        limits.concurrentStreams = 3
        var exchange = HTTP2Exchange(limits)
        exchange.answers = false
        var bytes = Frame.preface + Frame.settingsAcknowledgement
        for id in stride(from: 1, to: 11, by: 2) as StrideTo<Int32> {
            bytes += Frame.get(id)
        }
        _ = try exchange.output()
        exchange.receive(bytes)
        #expect(exchange.requests.keys.sorted() == [1, 3, 5])
        #expect(!exchange.hasFailed)
    }

    // MARK: Floods

    @Test func `streams that are reset as fast as they are made end the connection`() throws {
        var exchange = HTTP2Exchange()
        exchange.answers = false
        try exchange.run()
        for _ in 0..<3_000 {
            let id = exchange.client.request("GET", "/")
            guard id > 0 else { break }
            exchange.receive(exchange.client.output())
            exchange.client.reset(id)
            try exchange.run()
        }
        #expect(exchange.requests.count < 2_000)
        #expect(!exchange.session.isAlive)
        #expect(exchange.client.goAway != nil)
    }

    @Test func `endless CONTINUATION frames end the connection`() throws {
        var exchange = HTTP2Exchange()
        exchange.receive(Frame.preface + Frame.make(type: 1, flags: 0, stream: 1, Frame.getFields))
        for _ in 0..<100 { exchange.receive(Frame.make(type: 9, flags: 0, stream: 1, [])) }
        #expect(exchange.hasFailed || !exchange.session.isAlive)
    }

    @Test(arguments: [
        Frame.make(type: 6, flags: 0, stream: 0, [UInt8](repeating: 0, count: 8)),
        Frame.make(type: 4, flags: 0, stream: 0, []),
    ])
    func `acknowledgements that are never read end the connection`(_ frame: [UInt8]) throws {
        var exchange = HTTP2Exchange()
        exchange.receive(Frame.preface)
        for _ in 0..<5_000 where !exchange.hasFailed { exchange.receive(frame) }
        #expect(exchange.hasFailed)
    }

    @Test(arguments: [
        ("PING", Frame.make(type: 6, flags: 0, stream: 0, [UInt8](repeating: 0, count: 8))),
        ("SETTINGS", Frame.make(type: 4, flags: 0, stream: 0, [])),
        ("PRIORITY", Frame.make(type: 2, flags: 0, stream: 1, [0, 0, 0, 0, 16])),
        ("empty DATA", Frame.data(1, [])),
        ("WINDOW_UPDATE", Frame.make(type: 8, flags: 0, stream: 1, [0, 0, 0, 0])),
    ])
    func `frames that say nothing end the connection in the end`(
        _ name: String,
        _ frame: [UInt8]
    ) throws {
        var limits = ServerLimits()
        limits.overheadBytes = 1_000
        var exchange = HTTP2Exchange(limits)
        exchange.receive(Frame.preface + Frame.post(1))
        for _ in 0..<10_000 where !exchange.hasFailed && exchange.session.isAlive {
            exchange.receive(frame)
            _ = try exchange.output()
        }
        #expect(exchange.hasFailed || !exchange.session.isAlive)
    }

    @Test func `requests and their answers are no flood`() throws {
        var limits = ServerLimits()
        limits.overheadBytes = 1_000
        var exchange = HTTP2Exchange(limits)
        for number in 0..<5_000 {
            exchange.client.request("GET", "/\(number)")
            try exchange.run()
        }
        #expect(exchange.requests.count == 5_000)
        #expect(exchange.session.isAlive)
    }

    // MARK: Time

    @Test func `a request that is not complete in time is answered 408`() throws {
        let limits = ServerLimits()
        var exchange = HTTP2Exchange(limits)
        exchange.receive(Frame.preface + Frame.post(1))
        exchange.expire(after: limits.bodyTimeout - .seconds(1))
        #expect(exchange.refused.isEmpty)
        exchange.expire(after: .seconds(1))
        #expect(exchange.refused == [1: .timedOut(limit: limits.bodyTimeout)])
        _ = try exchange.output()
        #expect(exchange.session.streamCount == 1)
        exchange.expire(after: limits.transport.lingerTimeout)
        _ = try exchange.output()
        #expect(exchange.session.streamCount == 0)
    }

    @Test func `content that comes fast enough has more time`() throws {
        var limits = ServerLimits()
        limits.bodyBytesPerSecond = 2
        var exchange = HTTP2Exchange(limits)
        exchange.receive(Frame.preface + Frame.post(1))
        exchange.expire(after: limits.bodyTimeout - .seconds(1))
        exchange.receive(Frame.data(1, Array("four".utf8)))
        exchange.expire(after: .seconds(2))
        #expect(exchange.refused.isEmpty)
        exchange.expire(after: .seconds(1))
        #expect(exchange.refused == [1: .timedOut(limit: limits.bodyTimeout + .seconds(2))])
    }

    @Test func `an answer that is not taken in time is given up`() throws {
        let limits = ServerLimits()
        var exchange = HTTP2Exchange(limits, client: HTTP2TestClient(windowBytes: 0))
        let id = exchange.client.request("GET", "/")
        try exchange.run()
        #expect(exchange.session.streamCount == 1)
        exchange.expire(after: limits.writeTimeout)
        try exchange.run()
        #expect(exchange.session.streamCount == 0)
        // CANCEL
        #expect(exchange.client[id].closed == 8)
    }

    @Test func `a handler may take its time`() throws {
        var exchange = HTTP2Exchange()
        exchange.answers = false
        let id = exchange.client.request("GET", "/slow")
        try exchange.run()
        exchange.expire(after: .seconds(1_000))
        let request = try #require(exchange.requests[id])
        exchange.answer(id, request)
        try exchange.run()
        #expect(exchange.client[id].text == "/slow")
    }

    // MARK: Ending

    @Test func `what is under way at the end is answered, and nothing after it`() throws {
        var exchange = HTTP2Exchange()
        exchange.answers = false
        let id = exchange.client.request("GET", "/last")
        try exchange.run()
        exchange.session.announceEnd()
        try exchange.run()
        #expect(exchange.client.goAway == 0)
        exchange.session.end()
        try exchange.run()
        exchange.receive(Frame.get(id + 2))
        #expect(exchange.requests.count == 1)
        exchange.answer(id, try #require(exchange.requests[id]))
        try exchange.run()
        #expect(exchange.client[id].text == "/last")
        #expect(!exchange.session.isAlive)
    }

    @Test func `an answer to a stream that was reset goes nowhere`() throws {
        var exchange = HTTP2Exchange()
        exchange.answers = false
        let id = exchange.client.request("GET", "/")
        try exchange.run()
        exchange.client.reset(id)
        try exchange.run()
        exchange.answer(id, try #require(exchange.requests[id]))
        try exchange.run()
        #expect(exchange.client[id].statuses.isEmpty)
        #expect(exchange.session.isAlive)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxx",
    ])
    func `bytes that are no HTTP/2 end the connection`(_ text: String) throws {
        var exchange = HTTP2Exchange()
        exchange.receive(Array(text.utf8))
        _ = try? exchange.output()
        #expect(exchange.hasFailed || !exchange.session.isAlive)
    }
}
