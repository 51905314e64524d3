/// How long the content is (RFC 9112 §6).
extension WireCase {
    private static let count = "Content-Length: \(order.utf8.count)"

    static let lengthCases: [WireCase] = [
        .stays("RFC 9112 §6.2: as long as Content-Length says", post(count) + order, 202),
        .stays("RFC 9112 §6.3: without one there is no content", post(), 400),
        .stays("RFC 9112 §6.2: it may be 0", post("Content-Length: 0"), 400),
        .stays(
            "RFC 9110 §8.6: it may have leading zeros",
            post("Content-Length: 000\(order.utf8.count)") + order,
            202
        ),
        .stays(
            "RFC 9112 §5.1: it may have white space around it",
            post("Content-Length: \t\(order.utf8.count) ") + order,
            202
        ),
        .stays(
            "RFC 9110 §9.3.1: the content of a GET is read and ignored",
            get("Content-Length: 3") + "abc",
            200
        ),
        .stays(
            "RFC 9112 §6: it is no next request",
            get("Content-Length: \(get().utf8.count)") + get(),
            200
        ),
        .stays("RFC 9112 §6.2: what follows it is the next", post(count) + order + get(), 202, 200),
        .closes("RFC 9112 §6.3: no sign +", post("Content-Length: +5") + "hello", 400),
        .closes("RFC 9112 §6.3: no sign -", post("Content-Length: -5") + "hello", 400),
        .closes("RFC 9112 §6.3: no hexadecimal", post("Content-Length: 0x5") + "hello", 400),
        .closes("RFC 9112 §6.3: no letters", post("Content-Length: five") + "hello", 400),
        .closes("RFC 9112 §6.3: no fraction", post("Content-Length: 5.0") + "hello", 400),
        .closes("RFC 9112 §6.3: no exponent", post("Content-Length: 5e0") + "hello", 400),
        .closes("RFC 9112 §6.3: no underscore", post("Content-Length: 1_0") + "hello hello", 400),
        .closes("RFC 9112 §6.3: no digits beyond ASCII", post("Content-Length: ٥") + "hello", 400),
        .closes("RFC 9112 §6.3: not nothing", post("Content-Length:") + "hello", 400),
        .closes("RFC 9112 §6.3: no two numbers", post("Content-Length: 5 5") + "hello", 400),
        .closes(
            "RFC 9112 §6.3: no list, though of equals it may be taken",
            post("Content-Length: 5, 5") + "hello",
            400
        ),
        .closes("RFC 9112 §6.3: nor of others", post("Content-Length: 5, 6") + "hello", 400),
        .closes(
            "RFC 9112 §6.3: not twice the same",
            post("Content-Length: 5", "Content-Length: 5") + "hello",
            400
        ),
        .closes(
            "RFC 9112 §6.3: not two different ones",
            post("Content-Length: 5", "Content-Length: 6") + "hello",
            400
        ),
        .closes(
            "RFC 9112 §6.3: not one broken and one good",
            post("Content-Length: x", "Content-Length: 5") + "hello",
            400
        ),
        .closes(
            "RFC 9110 §8.6: 2⁶⁴ + 5 is not 5",
            post("Content-Length: 18446744073709551621") + "hello",
            413
        ),
        .closes("RFC 9110 §8.6: nor is 2³² + 5", post("Content-Length: 4294967301") + "hello", 413),
        .closes(
            "RFC 9110 §8.6: however many the digits",
            post("Content-Length: " + String(repeating: "9", count: 1_000)),
            413
        ),
    ]

    static let codingCases: [WireCase] = [
        .stays(
            "RFC 9112 §6.1: chunked is taken",
            post("Transfer-Encoding: chunked") + orderChunk + "0\r\n\r\n",
            202
        ),
        .stays(
            "RFC 9112 §7: its name has no case",
            post("Transfer-Encoding: CHUNKED") + orderChunk + "0\r\n\r\n",
            202
        ),
        .closes(
            "RFC 9112 §6.1: with Content-Length before it it is refused",
            post("Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §6.1: with Content-Length after it too",
            post("Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §6.1: even with one of 0",
            post("Transfer-Encoding: chunked", "Content-Length: 0") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §6.1: even an unknown coding",
            post("Transfer-Encoding: x", "Content-Length: 5") + "hello",
            400
        ),
        .closes(
            "RFC 9112 §6.1: from HTTP/1.0 it is refused",
            head("POST /orders HTTP/1.0", "Transfer-Encoding: chunked") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §6.1: another coding under it is not implemented",
            post("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
            501
        ),
        .closes(
            "RFC 9112 §6.1: nor two",
            post("Transfer-Encoding: deflate, gzip, chunked") + "0\r\n\r\n",
            501
        ),
        .closes(
            "RFC 9112 §6.3: without chunked nobody knows the end",
            post("Transfer-Encoding: gzip") + "hello",
            400
        ),
        .closes(
            "RFC 9112 §6.3: chunked comes last",
            post("Transfer-Encoding: chunked, gzip") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §6.1: and once",
            post("Transfer-Encoding: chunked, chunked") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §6.1: in one field",
            post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §6.1: no two fields make one",
            post("Transfer-Encoding: gzip", "Transfer-Encoding: chunked") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §7: identity is no coding any more",
            post("Transfer-Encoding: identity") + "hello",
            400
        ),
        .closes(
            "RFC 9112 §7: xchunked is none",
            post("Transfer-Encoding: xchunked") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §7: chunked has no parameters",
            post("Transfer-Encoding: chunked;a=b") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §7: it is no quoted string",
            post("Transfer-Encoding: \"chunked\"") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §6.3: an empty coding is none",
            post("Transfer-Encoding:") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9110 §5.6.1: an empty list member is refused",
            post("Transfer-Encoding: ,chunked") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9112 §5.1: a name with a space before the colon is refused",
            post("Transfer-Encoding : chunked") + "0\r\n\r\n",
            400
        ),
        .closes(
            "RFC 9110 §5.5: a vertical tab hides nothing",
            post("Transfer-Encoding: \u{0B}chunked") + "0\r\n\r\n",
            400
        ),
        .stays(
            "RFC 9110 §10.1.4: TE is not Transfer-Encoding",
            get("TE: gzip, trailers", "Connection: TE"),
            200
        ),
    ]
}
