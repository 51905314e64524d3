/// Message parsing and versions (RFC 9112 §2).
extension WireCase {
    static let messageCases: [WireCase] = [
        .stays("RFC 9112 §2.2: one CRLF before the request line is ignored", "\r\n" + get(), 200),
        .stays("RFC 9112 §2.2: and so between two requests", get() + "\r\n" + get(), 200, 200),
        .closes("RFC 9112 §2.2: two CRLFs are not", "\r\n\r\n" + get(), 400),
        .closes(
            "RFC 9112 §2.2: a bare LF ends no request line",
            "GET /healthz HTTP/1.1\nHost: x\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §2.2: a bare LF ends no field line",
            "GET /healthz HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §2.2: a bare LF ends no head",
            "GET /healthz HTTP/1.1\r\nHost: x\r\n\n",
            400
        ),
        .closes("RFC 9112 §2.2: a bare LF before the request line is refused", "\n" + get(), 400),
        .closes(
            "RFC 9112 §2.2: a bare CR in the request line is refused",
            head("GET /health\rz HTTP/1.1", "Host: x"),
            400
        ),
        .closes("RFC 9112 §2.2: a bare CR in a field value is refused", get("A: b\rc"), 400),
        .closes("RFC 9112 §2.2: a bare CR in a field name is refused", get("A\rB: c"), 400),
        .closes("RFC 9112 §2.2: LF CR is no line end", get("A: b\n\rC: d"), 400),
        .closes("RFC 9112 §2.2: CR CR LF is no line end", get("A: b\r"), 400),
        .closes(
            "RFC 9112 §2.2: white space before the first field is refused",
            head("GET /healthz HTTP/1.1", " Host: x"),
            400
        ),
        .closes(
            "RFC 9112 §2.2: what is no HTTP is refused",
            "\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\r\n\r\n",
            400
        ),
        .closes("RFC 9112 §2.2: a NUL in the request line is refused", "GET /\0 HTTP/1.1\r\n", 400),

        .stays("RFC 9112 §2.3: HTTP/1.1 is served", head("GET /healthz HTTP/1.1", "Host: x"), 200),
        .closes("RFC 9112 §2.3: HTTP/1.0 is served", head("GET /healthz HTTP/1.0"), 200),
        .stays(
            "RFC 9110 §2.5: a higher minor version is served as 1.1",
            head("GET /healthz HTTP/1.2", "Host: x"),
            200
        ),
        .stays(
            "RFC 9110 §2.5: and so is the highest",
            head("GET /healthz HTTP/1.9", "Host: x"),
            200
        ),
        .closes("RFC 9110 §15.6.6: HTTP/2.0 is not", head("GET /healthz HTTP/2.0", "Host: x"), 505),
        .closes("RFC 9110 §15.6.6: HTTP/3.0 is not", head("GET /healthz HTTP/3.0", "Host: x"), 505),
        .closes("RFC 9110 §15.6.6: HTTP/0.9 is not", head("GET /healthz HTTP/0.9", "Host: x"), 505),
        .closes(
            "RFC 9112 §2.3: the name is case-sensitive",
            head("GET / http/1.1", "Host: x"),
            400
        ),
        .closes(
            "RFC 9112 §2.3: the minor version is no option",
            head("GET / HTTP/1", "Host: x"),
            400
        ),
        .closes("RFC 9112 §2.3: a version has a dot", head("GET / HTTP/11", "Host: x"), 400),
        .closes("RFC 9112 §2.3: no comma", head("GET / HTTP/1,1", "Host: x"), 400),
        .closes("RFC 9112 §2.3: one digit before it", head("GET / HTTP/01.1", "Host: x"), 400),
        .closes("RFC 9112 §2.3: one digit after it", head("GET / HTTP/1.10", "Host: x"), 400),
        .closes("RFC 9112 §2.3: digits of ASCII", head("GET / HTTP/1.x", "Host: x"), 400),
        .closes("RFC 9112 §2.3: no space within", head("GET / HTTP /1.1", "Host: x"), 400),
        .closes(
            "RFC 9112 §2.3: another protocol is refused",
            head("GET / ICY/1.1", "Host: x"),
            400
        ),
    ]
}
