import Testing

@testable import HTTPServer

/// RFC 9112 §6, §7.
struct BodyDecoderTests {
    private let sized = "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: "
    private let chunked = "POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test func `a body of known length is read, and what follows is the next request`() {
        let text = sized + "5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(read(text) == [post("hello"), get("/")])
    }

    @Test func `a length of zero is no body`() {
        #expect(read(sized + "0\r\n\r\n") == [post("")])
        #expect(read(sized + "00\r\n\r\n") == [post("")])
    }

    @Test func `a short body is waited for`() {
        #expect(read(sized + "5\r\n\r\nhell") == [.incomplete(.body)])
    }

    @Test(arguments: [
        ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "hello"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("00005\r\nhello\r\n000\r\n\r\n", "hello"),
        ("5;x=y;z=\"q\"\r\nhello\r\n0;last\r\n\r\n", "hello"),
        ("5 ;x=y\r\nhello\r\n0\t ;last\r\n\r\n", "hello"),
        ("0\r\n\r\n", ""),
        ("0\r\nA: b\r\nC: d\r\n\r\n", ""),
    ])
    func `chunks are put together`(_ body: String, _ expected: String) {
        #expect(read(chunked + body) == [post(expected)])
    }

    @Test(arguments: [
        "\r\nhello\r\n0\r\n\r\n", "x\r\nhello\r\n", "5 \r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n",
        "+5\r\nhello\r\n", "-5\r\nhello\r\n", "0x5\r\nhello\r\n", "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n", "5\r\nhelloo\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n",
        "5;a\u{0}b\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nA : b\r\n\r\n",
        "5\r\nhello\r\n0\r\n A: b\r\n\r\n", "5\r\nhello\r\n0\r\nA: b\n\r\n",
        "00000000000000000\r\n\r\n",
    ])
    func `broken chunks are refused`(_ body: String) {
        #expect(refusal(chunked + body) == 400)
    }

    @Test(arguments: [
        ("00000000000000005\r\n", "a chunk size has more than 16 digits"),
        ("x\r\n", "a chunk size is no hexadecimal number (RFC 9112 §7.1)"),
        ("5 \r\n", "a chunk size is followed by something else (RFC 9112 §7.1)"),
        ("5\r\nhello!\r\n", "a chunk is longer than its size says (RFC 9112 §7.1)"),
        (
            "5;\(String(repeating: "x", count: 300))\r\n",
            "a chunk's size and extension are longer than 272 bytes (RFC 9112 §7.1.1)"
        ),
    ])
    func `what is wrong with chunks is named`(_ body: String, _ reason: String) {
        #expect(read(chunked + body) == [.error(.malformed(reason: reason))])
    }

    @Test func `a length beyond the limit is refused before the body`() {
        var limits = ServerLimits()
        limits.bodyBytes = 5
        #expect(read(sized + "5\r\n\r\nhello", limits: limits) == [post("hello")])
        #expect(refusal(sized + "6\r\n\r\n", limits: limits) == 413)
    }

    @Test func `unless told otherwise a body may have 128 KiB`() {
        #expect(refusal(sized + "131072\r\n\r\n") == nil)
        #expect(refusal(sized + "131073\r\n\r\n") == 413)
    }

    @Test(arguments: [
        "6\r\n", "5\r\nhello\r\n1\r\n", "ffffffffffffffff\r\n", "fffffffffffffff\r\n",
    ])
    func `chunks beyond the limit are refused before their bytes`(_ body: String) {
        var limits = ServerLimits()
        limits.bodyBytes = 5
        #expect(refusal(chunked + body, limits: limits) == 413)
    }

    @Test func `chunk extensions have a limit`() {
        var limits = ServerLimits()
        limits.chunkExtensionBytes = 20
        let long = String(repeating: "x", count: 50)
        #expect(refusal(chunked + "5;\(long)\r\nhello\r\n0\r\n\r\n", limits: limits) == 400)
        #expect(refusal(chunked + "5;\(long)", limits: limits) == 400)
    }

    @Test func `what is around the chunks has a limit for all of them together`() {
        var limits = ServerLimits()
        limits.chunkFramingBytes = 10
        #expect(read(chunked + "1\r\na\r\n0\r\n\r\n", limits: limits) == [post("a")])
        #expect(refusal(chunked + "1\r\na\r\n1\r\nb\r\n0\r\n\r\n", limits: limits) == 400)
        #expect(refusal(chunked + "1;b\r\na\r\n0\r\n\r\n", limits: limits) == 400)
    }

    @Test func `the largest content may come byte by byte`() {
        let limits = ServerLimits()
        let chunks = String(repeating: "1\r\na\r\n", count: limits.bodyBytes)
        #expect(refusal(chunked + chunks + "0\r\n\r\n", limits: limits) == nil)
    }

    @Test func `trailers have the head's limits`() {
        var limits = ServerLimits()
        limits.headBytes = 200
        limits.fieldLines = 4
        let line = "A: b\r\n"
        let four = String(repeating: line, count: 4)
        #expect(read(chunked + "0\r\n\(four)\r\n", limits: limits) == [post("")])
        #expect(refusal(chunked + "0\r\n\(four)\(line)\r\n", limits: limits) == 431)
        let long = String(repeating: "b", count: 300)
        #expect(refusal(chunked + "0\r\nA: \(long)", limits: limits) == 431)
    }

    @Test func `100-continue is asked for only when the body has not come with the head`() {
        let head =
            "POST /orders HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n"
        #expect(
            read([Array(head.utf8), Array("hello".utf8)]) == [.continueExpected, post("hello")]
        )
        #expect(read(head + "hello") == [post("hello")])
        #expect(read(head + "he") == [.incomplete(.body)])
    }

    @Test func `a body too large is refused instead of continued`() {
        var limits = ServerLimits()
        limits.bodyBytes = 4
        let head =
            "POST /orders HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        #expect(refusal(head, limits: limits) == 413)
    }
}
