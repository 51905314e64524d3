import Testing

@testable import HTTPServer

/// RFC 9112 §3.
struct RequestLineTests {
    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", get("/")),
        ("GET /orders/1?a=b?c HTTP/1.1\r\nHost: a\r\n\r\n", get("/orders/1", query: "a=b?c")),
        ("GET /? HTTP/1.1\r\nHost: a\r\n\r\n", get("/", query: "")),
        ("GET http://a/x?y HTTP/1.1\r\nHost: b\r\n\r\n", get("/x", query: "y")),
        ("GET HTTP://a HTTP/1.1\r\nHost: b\r\n\r\n", get("/")),
        ("GET http://[::1]:80?y HTTP/1.1\r\nHost: b\r\n\r\n", get("/", query: "y")),
        ("GET /%41%7e HTTP/1.1\r\nHost: a\r\n\r\n", get("/%41%7e")),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", get("/")),
        ("GET / HTTP/1.0\r\n\r\n", get("/", keepsAlive: false)),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", get("/")),
    ])
    func `a sound request line is read`(_ text: String, _ expected: Reading) {
        #expect(read(text) == [expected])
    }

    @Test func `OPTIONS may ask about the server itself`() {
        let wanted = Reading.request(
            method: "OPTIONS",
            path: "*",
            query: nil,
            body: "",
            keepsAlive: true
        )
        #expect(read("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == [wanted])
    }

    @Test(arguments: [
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        ("GET /\r\nHost: a\r\n\r\n", 400),
        ("GET\r\n\r\n", 400),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/11\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", 505),
        ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET orders HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET http://u@a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a\"b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a\u{0}b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /ä HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /% HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ])
    func `a broken request line is refused`(_ text: String, _ status: Int) {
        #expect(refusal(text) == status)
    }

    @Test func `a target beyond its limit is refused with 414 before its end has come`() {
        var limits = ServerLimits()
        limits.targetBytes = 100
        let path = "/" + String(repeating: "a", count: 99)
        #expect(read("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == [get(path)])
        #expect(refusal("GET \(path)a HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == 414)
        #expect(refusal("GET /" + String(repeating: "a", count: 200), limits: limits) == 414)
    }
}
