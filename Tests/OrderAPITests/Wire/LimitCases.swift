import HTTPServer

/// Limits of size and time, and what passes just below them.
extension WireCase {
    private static func target(_ length: Int) -> String {
        head("GET /" + String(repeating: "a", count: length - 1) + " HTTP/1.1", "Host: x")
    }

    private static func fields(_ count: Int) -> String {
        let lines = (0..<count - 1).map { "A\($0): b\r\n" }.joined()
        return "GET /healthz HTTP/1.1\r\nHost: x\r\n\(lines)\r\n"
    }

    private static func headOf(_ bytes: Int) -> String {
        let frame = get("A: ").utf8.count
        return get("A: " + String(repeating: "a", count: bytes - frame))
    }

    private static func short(_ limits: inout ServerLimits) {
        limits.headTimeout = .milliseconds(50)
        limits.bodyTimeout = .milliseconds(50)
        limits.idleTimeout = .milliseconds(50)
    }

    static let limitCases: [WireCase] = [
        .stays("RFC 9112 §3: a target of 8,192 bytes is taken", target(8_192), 404),
        .closes("RFC 9110 §15.5.15: one more is too long", target(8_193), 414),
        .closes(
            "RFC 9110 §15.5.15: without end too",
            "GET /" + String(repeating: "a", count: 9_000),
            414
        ),
        .closes(
            "RFC 9110 §15.5.15: a URL too",
            head("GET http://x/" + String(repeating: "a", count: 8_192) + " HTTP/1.1", "Host: x"),
            414
        ),
        .stays("RFC 9112 §3: the limit can be set", target(300), 404).with { $0.targetBytes = 300 },
        .closes("RFC 9110 §15.5.15: and holds", target(301), 414).with { $0.targetBytes = 300 },
        .stays("RFC 6585 §5: 100 fields are taken", fields(100), 200),
        .closes("RFC 6585 §5: one more is too many", fields(101), 431),
        .stays("RFC 6585 §5: a head of 32 KiB is taken", headOf(32 * 1_024), 200),
        .closes("RFC 6585 §5: one byte more is too large", headOf(32 * 1_024 + 1), 431),
        .closes(
            "RFC 6585 §5: without end too",
            get("A: b").dropLast(2) + "B: " + String(repeating: "b", count: 33_000),
            431
        ),
        .closes(
            "RFC 6585 §5: many small ones too",
            get(String(repeating: "a: b\r\n", count: 8_000) + "c: d"),
            431
        ).with { $0.fieldLines = 10_000 },
        .stays(
            "RFC 9110 §15.5.14: content of the limit is taken",
            post("Content-Length: 131072")
                + String(repeating: " ", count: 131_072 - order.utf8.count) + order,
            202
        ),
        .closes("RFC 9110 §15.5.14: a byte more is not read", post("Content-Length: 131073"), 413),
        .closes(
            "RFC 9110 §15.5.14: a chunk too large is not read",
            post("Transfer-Encoding: chunked") + "20001\r\n",
            413
        ),
        .closes(
            "RFC 9110 §15.5.14: nor the one that makes it too large",
            post("Transfer-Encoding: chunked") + "10000\r\n" + String(repeating: "a", count: 65_536)
                + "\r\n10001\r\n",
            413
        ),
        .closes(
            "RFC 6585 §5: 100 trailers are taken, one more is not",
            post("Transfer-Encoding: chunked") + "0\r\n" + String(repeating: "a: b\r\n", count: 101)
                + "\r\n",
            431
        ),
        .closes(
            "RFC 6585 §5: trailers of 32 KiB are too large",
            post("Transfer-Encoding: chunked") + "0\r\na: " + String(repeating: "b", count: 33_000)
                + "\r\n\r\n",
            431
        ),
        .closes(
            "RFC 9112 §7.1.1: chunks say too little with too much",
            post("Transfer-Encoding: chunked")
                + String(repeating: "1;aaaaaaaaaaaaaaa\r\na\r\n", count: 60),
            400
        ).with { $0.chunkFramingBytes = 1_000 },
        .timesOut(
            "RFC 9110 §15.5.9: a head that does not end is 408",
            "GET /healthz HTTP/1.1\r\nHost:",
            408
        ).with(short),
        .timesOut("RFC 9110 §15.5.9: a request line that does not end too", "GET", 408).with(short),
        .timesOut(
            "RFC 9110 §15.5.9: a head of HEAD too",
            "HEAD /healthz HTTP/1.1\r\n",
            WireAnswer(408, isForHead: true)
        ).with(short),
        .timesOut(
            "RFC 9110 §15.5.9: content that does not come too",
            post("Content-Length: 5"),
            408
        ).with(short),
        .timesOut(
            "RFC 9110 §15.5.9: content that stops coming too",
            post("Content-Length: 5") + "hell",
            408
        ).with(short),
        .timesOut(
            "RFC 9110 §15.5.9: a chunk that stops coming too",
            post("Transfer-Encoding: chunked") + "5\r\nhe",
            408
        ).with(short),
        .timesOut(
            "RFC 9110 §15.5.9: trailers that do not end too",
            post("Transfer-Encoding: chunked") + "0\r\n",
            408
        ).with(short),
        .timesOut("RFC 9112 §9.5: who says nothing is not answered", "").with(short),
        .timesOut("RFC 9112 §9.5: nor who only begins a line", "\r\n").with(short),
    ]
}
