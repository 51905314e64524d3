import Testing

@testable import HTTPServer

/// RFC 9112 §5, §6.
struct HeadParserTests {
    private func head(_ lines: String..., version: String = "1.1") -> String {
        "POST /orders HTTP/\(version)\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    @Test(arguments: [
        "Host : a", "Host\t: a", " Host: a", "\tHost: a", ": a", "Host", "Ho st: a", "Höst: a",
        "Host: a\u{0}b", "Host: a\u{7F}", "X: a\u{1}b", "X: a\u{B}b", "Host: a b", "Host: a/b",
    ])
    func `a broken field line is refused`(_ line: String) {
        #expect(refusal("GET / HTTP/1.1\r\n\(line)\r\n\r\n") == 400)
    }

    @Test func `a folded line is refused`() {
        #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n") == 400)
    }

    @Test func `a bare CR is refused`() {
        #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n") == 400)
    }

    @Test func `a bare LF is refused at once, though the head is not complete`() {
        #expect(refusal("GET / HTTP/1.1\r\nHost: a\nX: b") == 400)
    }

    @Test func `white space around a value is not part of it`() throws {
        var parser = RequestParser()
        var input = InputBuffer()
        Array("GET / HTTP/1.1\r\nHost: a\r\nETag: \t x y \t\r\nEmpty:\r\n\r\n".utf8)
            .withUnsafeBytes { input.append($0) }
        guard case .head(let request) = try parser.next(&input, limits: ServerLimits()) else {
            Issue.record("no request")
            return
        }
        #expect(request.fields[.eTag] == "x y")
        #expect(request.fields.count == 3)
    }

    @Test func `Host has to be there exactly once`() {
        #expect(refusal("GET / HTTP/1.1\r\n\r\n") == 400)
        #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n") == 400)
        #expect(refusal("GET / HTTP/1.1\r\nHost:\r\n\r\n") == nil)
        #expect(refusal("GET / HTTP/1.0\r\n\r\n") == nil)
    }

    @Test(arguments: [
        "5, 5", "5,5", "+5", "-5", "5 5", "0x5", "5a", "", " ", "٥", "1e1", "5;",
    ])
    func `a Content-Length that is not one number is refused`(_ value: String) {
        #expect(refusal(head("Host: a", "Content-Length: \(value)") + "hello") == 400)
    }

    @Test func `two Content-Lengths are refused even if they agree`() {
        #expect(refusal(head("Host: a", "Content-Length: 5", "Content-Length: 5") + "hello") == 400)
    }

    @Test func `a Content-Length beyond 64 bits is too large, not small`() {
        let text = head("Host: a", "Content-Length: 18446744073709551621")
        #expect(refusal(text + "hello") == 413)
    }

    @Test func `Content-Length and Transfer-Encoding together are refused, in either order`() {
        let length = "Content-Length: 5"
        let coding = "Transfer-Encoding: chunked"
        #expect(refusal(head("Host: a", length, coding) + "0\r\n\r\n") == 400)
        #expect(refusal(head("Host: a", coding, length) + "0\r\n\r\n") == 400)
    }

    @Test(arguments: [
        ("gzip, chunked", 501), ("gzip,Chunked", 501), ("deflate, gzip, chunked", 501),
        ("gzip", 400), ("chunked, gzip", 400), ("identity", 400), ("xchunked", 400),
        ("chunked;q=1", 400), ("", 400), ("chunked, chunked", 400), ("chunked,", 400),
        (",chunked", 400), ("chunked, gzip, chunked", 400),
    ])
    func `a transfer coding other than chunked is refused`(_ value: String, _ status: Int) {
        #expect(refusal(head("Host: a", "Transfer-Encoding: \(value)") + "0\r\n\r\n") == status)
    }

    @Test func `two Transfer-Encodings are refused`() {
        let coding = "Transfer-Encoding: chunked"
        #expect(refusal(head("Host: a", coding, coding) + "0\r\n\r\n") == 400)
    }

    @Test func `an HTTP 1.0 request with Transfer-Encoding is refused`() {
        let text = head("Transfer-Encoding: chunked", version: "1.0")
        #expect(refusal(text + "0\r\n\r\n") == 400)
    }

    @Test func `an expectation other than 100-continue is refused, but not from HTTP 1.0`() {
        #expect(refusal(head("Host: a", "Expect: 200-ok", "Content-Length: 1") + "x") == 417)
        #expect(refusal(head("Expect: x", "Content-Length: 1", version: "1.0") + "x") == nil)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "close", false), ("1.1", "Close", false),
        ("1.1", "te, close", false), ("1.1", "keep-alive", true), ("1.0", "", false),
        ("1.0", "keep-alive", true), ("1.0", "Keep-Alive, te", true),
        ("1.0", "keep-alive, close", false), ("1.1", "closed", true),
    ])
    func `persistence follows the version and Connection`(
        _ version: String,
        _ value: String,
        _ keepsAlive: Bool
    ) {
        let connection = value.isEmpty ? "" : "Connection: \(value)\r\n"
        let text = "GET / HTTP/\(version)\r\nHost: a\r\n\(connection)\r\n"
        #expect(read(text) == [get("/", keepsAlive: keepsAlive)])
    }

    @Test(arguments: ["\r", "\r\n"])
    func `an empty line before a request is not yet a request (RFC 9112 §2.2)`(_ text: String) {
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(read(text) == [.incomplete(.betweenRequests)])
        #expect(read(request + text) == [get("/"), .incomplete(.betweenRequests)])
        #expect(read(text + "G") == [.incomplete(.head)])
    }

    @Test func `an empty line before a request may come in pieces (RFC 9112 §2.2)`() {
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(read([[Octets.carriageReturn], Array(("\n" + request).utf8)]) == [get("/")])
    }

    @Test func `a head beyond its limit is refused before its end has come`() {
        var limits = ServerLimits()
        limits.headBytes = 200
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let room = 200 - start.utf8.count - 4
        let filler = String(repeating: "x", count: room)
        #expect(read(start + filler + "\r\n\r\n", limits: limits) == [get("/")])
        #expect(refusal(start + filler + "x\r\n\r\n", limits: limits) == 431)
        #expect(refusal(start + filler + filler, limits: limits) == 431)
    }

    @Test func `more field lines than the limit are refused`() {
        var limits = ServerLimits()
        limits.fieldLines = 3
        #expect(refusal(head("Host: a", "A: 1", "B: 2"), limits: limits) == nil)
        #expect(refusal(head("Host: a", "A: 1", "B: 2", "C: 3"), limits: limits) == 431)
    }
}
