/// The request line (RFC 9112 §3) without its target.
extension WireCase {
    static let requestLineCases: [WireCase] = [
        .closes(
            "RFC 9112 §3: one space before the target, not two",
            head("GET  /healthz HTTP/1.1", "Host: x"),
            400
        ),
        .closes(
            "RFC 9112 §3: one space before the version, not two",
            head("GET /healthz  HTTP/1.1", "Host: x"),
            400
        ),
        .closes(
            "RFC 9112 §3: a tab separates nothing",
            head("GET\t/healthz\tHTTP/1.1", "Host: x"),
            400
        ),
        .closes(
            "RFC 9112 §3: a vertical tab separates nothing",
            head("GET /healthz\u{0B}HTTP/1.1", "Host: x"),
            400
        ),
        .closes("RFC 9112 §3: no space stands first", head(" GET / HTTP/1.1", "Host: x"), 400),
        .closes("RFC 9112 §3: no space stands last", head("GET / HTTP/1.1 ", "Host: x"), 400),
        .closes("RFC 9112 §3: the target is not left out", head("GET HTTP/1.1", "Host: x"), 400),
        .closes("RFC 9112 §3: nor the version, as HTTP/0.9 did", "GET /healthz\r\n", 400),
        .closes("RFC 9112 §3: nor both", "GET\r\n", 400),
        .closes("RFC 9112 §3: nor the method", head("/healthz HTTP/1.1", "Host: x"), 400),
        .closes("RFC 9112 §3: a space is no request line", " \r\n", 400),
        .closes(
            "RFC 9112 §3: a space in the target is refused, not repaired",
            head("GET /health z HTTP/1.1", "Host: x"),
            400
        ),
        .closes("RFC 9112 §3.1: a method is a token", head("G@T / HTTP/1.1", "Host: x"), 400),
        .closes("RFC 9112 §3.1: no comma is one", head("GET, / HTTP/1.1", "Host: x"), 400),
        .closes("RFC 9112 §3.1: no quotes are", head("\"GET\" / HTTP/1.1", "Host: x"), 400),
        .closes("RFC 9112 §3.1: no letter beyond ASCII is", head("GÉT / HTTP/1.1", "Host: x"), 400),
        .closes(
            "RFC 9110 §9.1: methods are case-sensitive",
            head("get / HTTP/1.1", "Host: x"),
            501
        ),
        .closes("RFC 9110 §9.1: an unknown method is 501", head("BREW / HTTP/1.1", "Host: x"), 501),
        .closes("RFC 9110 §9.1: a longer one too", head("GETS / HTTP/1.1", "Host: x"), 501),
        .closes("RFC 9110 §9.3.6: CONNECT is 501", head("CONNECT x:443 HTTP/1.1", "Host: x"), 501),
        .closes("RFC 9113 §3.4: PRI is 501 elsewhere", head("PRI * HTTP/1.1", "Host: x"), 501),
    ]
}
