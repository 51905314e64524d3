import TestSupport
import Testing

@testable import HTTPServer

struct RequestParserTests {
    private let stream = """
        GET /a?b HTTP/1.1\r
        Host: x\r
        \r
        POST /orders HTTP/1.1\r
        Host: x\r
        Content-Length: 5\r
        \r
        helloPOST /orders HTTP/1.1\r
        Host: x\r
        Transfer-Encoding: chunked\r
        \r
        3;e\r
        abc\r
        2\r
        de\r
        0\r
        T: u\r
        \r
        \r
        GET /last HTTP/1.1\r
        Host: x\r
        Connection: close\r
        \r

        """

    private var expected: [Reading] {
        [get("/a", query: "b"), post("hello"), post("abcde"), get("/last", keepsAlive: false)]
    }

    @Test func `pipelined requests are read one after the other`() {
        #expect(read(stream) == expected)
    }

    @Test func `one byte at a time reads as all at once`() {
        #expect(read(stream.utf8.map { [$0] }) == expected)
    }

    @Test func `however a stream is split, the same requests come out`() throws {
        let bytes = Array(stream.utf8)
        try withSeededGenerator { generator in
            for _ in 0..<500 {
                var pieces: [[UInt8]] = []
                var rest = bytes[...]
                while !rest.isEmpty {
                    let length = Int.random(in: 1...40, using: &generator)
                    pieces.append(Array(rest.prefix(length)))
                    rest = rest.dropFirst(length)
                }
                #expect(read(pieces) == expected)
            }
        }
    }

    @Test func `however a damaged stream is split, it reads the same`() throws {
        let bytes = Array(stream.utf8)
        try withSeededGenerator { generator in
            for _ in 0..<2_000 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let index = Int.random(in: damaged.indices, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: damaged[index] = UInt8.random(in: .min ... .max, using: &generator)
                    case 1: damaged.remove(at: index)
                    default:
                        let other = damaged[Int.random(in: damaged.indices, using: &generator)]
                        damaged.insert(other, at: index)
                    }
                }
                let whole = read([damaged])
                let split = Int.random(in: damaged.indices, using: &generator)
                let pieces = [Array(damaged[..<split]), Array(damaged[split...])]
                #expect(read(pieces) == whole, "\(String(decoding: damaged, as: UTF8.self))")
            }
        }
    }

    @Test func `after an error nothing is read as a request`() throws {
        var parser = RequestParser()
        var input = InputBuffer()
        let text = "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        Array(text.utf8).withUnsafeBytes { input.append($0) }
        #expect(throws: RequestError.self) { try parser.next(&input, limits: ServerLimits()) }
        guard case .needsMore = try parser.next(&input, limits: ServerLimits()) else {
            Issue.record("the rest was read as a request")
            return
        }
    }
}
