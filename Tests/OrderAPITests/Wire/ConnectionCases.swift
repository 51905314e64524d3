import HTTPServer

/// How long connections last (RFC 9112 §9), and what is expected first (RFC 9110 §10.1.1).
extension WireCase {
    private static func version10(_ lines: String...) -> String {
        (["GET /healthz HTTP/1.0"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
    }

    private static let stay = WireAnswer(200, fields: ["Connection": "keep-alive"])

    static let connectionCases: [WireCase] = [
        .stays(
            "RFC 9112 §9.3: HTTP/1.1 stays, and nothing is said of it",
            get(),
            WireAnswer(200, fields: ["Connection": nil])
        ),
        .closes("RFC 9112 §9.6: until close is asked for", get("Connection: close"), 200),
        .closes("RFC 9110 §7.6.1: in any case", get("CONNECTION: Close"), 200),
        .closes("RFC 9110 §7.6.1: among others", get("Connection: TE, close ,x"), 200),
        .closes(
            "RFC 9110 §7.6.1: in any of several fields",
            get("Connection: keep-alive", "Connection: close"),
            200
        ),
        .closes(
            "RFC 9112 §9.3: close wins over keep-alive",
            get("Connection: close, keep-alive"),
            200
        ),
        .stays(
            "RFC 9110 §7.6.1: 32 options are looked at",
            get("Connection: " + String(repeating: "x,", count: 32)),
            200
        ),
        .closes(
            "RFC 9110 §7.6.1: more might ask for close",
            get("Connection: " + String(repeating: "x,", count: 32) + "x"),
            200
        ),
        .closes(
            "RFC 9110 §5.6.1: empty ones too",
            get("Connection: " + String(repeating: ",", count: 33)),
            200
        ),
        .stays("RFC 9110 §7.6.1: another option means nothing", get("Connection: closed"), 200),
        .closes("RFC 9112 §9.3: HTTP/1.0 does not stay", version10(), 200),
        .stays(
            "RFC 9112 §9.3: unless it asks, and then is told",
            version10("Connection: keep-alive"),
            stay
        ),
        .stays("RFC 9112 §9.3: in any case", version10("Connection: Keep-Alive"), stay),
        .closes(
            "RFC 9112 §9.3: but not with close",
            version10("Connection: keep-alive, close"),
            200
        ),
        .closes(
            "RFC 9112 §9.6: an order with close is taken",
            post("Connection: close", "Content-Length: \(order.utf8.count)") + order,
            202
        ),
        .stays(
            "RFC 9112 §9.3.2: two requests at once are answered in order",
            get("X-Correlation-ID: 1") + get("X-Correlation-ID: 2"),
            WireAnswer(200, fields: ["X-Correlation-ID": "1"]),
            WireAnswer(200, fields: ["X-Correlation-ID": "2"])
        ),
        .stays(
            "RFC 9112 §9.3.2: of several methods too",
            post("Content-Length: \(order.utf8.count)") + order
                + head("HEAD /healthz HTTP/1.1", "Host: x") + get(),
            202,
            WireAnswer(200, isForHead: true),
            200
        ),
        .closes(
            "RFC 9112 §9.3.2: none after one that closes",
            get() + get("Connection: close"),
            200,
            200
        ),
        .closes("RFC 9112 §9.3.2: none after one that is broken", get() + get("A : b"), 200, 400),
        .closes("RFC 9112 §9.3: so many requests and no more", get() + get(), 200, 200).with {
            $0.requestsPerConnection = 2
        },
        .stays(
            "RFC 9110 §7.8: another protocol is not switched to",
            get("Connection: Upgrade", "Upgrade: websocket"),
            200
        ),
        .stays(
            "RFC 9110 §7.8: nor h2c without its settings",
            get("Connection: Upgrade", "Upgrade: h2c"),
            200
        ),
        .stays(
            "RFC 9110 §7.8: nor without Connection",
            get("Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
            200
        ),
        .stays(
            "RFC 9110 §7.6.1: Keep-Alive and Proxy-Connection mean nothing",
            get("Keep-Alive: timeout=1", "Proxy-Connection: close"),
            200
        ),
    ]

    private static let count = "Content-Length: \(order.utf8.count)"

    static let expectCases: [WireCase] = [
        .stays(
            "RFC 9110 §10.1.1: with the content there, 100 is left out",
            post("Expect: 100-continue", count) + order,
            202
        ),
        .stays("RFC 9110 §10.1.1: without content too", get("Expect: 100-continue"), 200),
        .stays("RFC 9110 §10.1.1: in any case", post("Expect: 100-Continue", count) + order, 202),
        .timesOut(
            "RFC 9110 §10.1.1: else 100 comes first",
            post("Expect: 100-continue", count),
            100,
            408
        ).with { $0.bodyTimeout = .milliseconds(50) },
        .timesOut(
            "RFC 9110 §10.1.1: for chunks too",
            post("Expect: 100-continue", "Transfer-Encoding: chunked"),
            100,
            408
        ).with { $0.bodyTimeout = .milliseconds(50) },
        .closes(
            "RFC 9110 §10.1.1: what is too large is not asked for",
            post("Expect: 100-continue", "Content-Length: 200000"),
            413
        ),
        .closes("RFC 9110 §15.5.18: another expectation is 417", get("Expect: 200-ok"), 417),
        .closes("RFC 9110 §15.5.18: an empty one too", get("Expect:"), 417),
        .closes(
            "RFC 9110 §15.5.18: with 100-continue beside it too",
            get("Expect: 100-continue, x"),
            417
        ),
        .closes(
            "RFC 9110 §15.5.18: in a field of its own too",
            get("Expect: 100-continue", "Expect: x"),
            417
        ),
        .closes(
            "RFC 9110 §10.1.1: from HTTP/1.0 it is ignored",
            version10("Expect: 100-continue", "Content-Length: 1") + "a",
            200
        ),
        .closes("RFC 9110 §10.1.1: whatever it is", version10("Expect: x"), 200),
    ]
}
