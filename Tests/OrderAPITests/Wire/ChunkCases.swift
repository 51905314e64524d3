/// The chunked coding (RFC 9112 §7.1).
extension WireCase {
    private static func chunked(_ body: String) -> String {
        post("Transfer-Encoding: chunked") + body
    }

    /// The order in chunks of so many bytes.
    private static func pieces(_ size: Int) -> String {
        var rest = Array(order.utf8)[...]
        var text = ""
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            rest = rest.dropFirst(size)
            text +=
                "\(String(piece.count, radix: 16))\r\n\(String(decoding: piece, as: UTF8.self))\r\n"
        }
        return text
    }

    private static let size = String(order.utf8.count, radix: 16)

    static let chunkCases: [WireCase] = [
        .stays("RFC 9112 §7.1: byte by byte", chunked(pieces(1) + "0\r\n\r\n"), 202),
        .stays("RFC 9112 §7.1: in several chunks", chunked(pieces(30) + "0\r\n\r\n"), 202),
        .stays("RFC 9112 §7.1: none at all", chunked("0\r\n\r\n"), 400),
        .stays(
            "RFC 9112 §7.1: upper-case digits",
            chunked("\(size.uppercased())\r\n\(order)\r\n0\r\n\r\n"),
            202
        ),
        .stays(
            "RFC 9112 §7.1: leading zeros",
            chunked("000\(size)\r\n\(order)\r\n0000\r\n\r\n"),
            202
        ),
        .stays(
            "RFC 9112 §7.1: then the next request",
            chunked(orderChunk + "0\r\n\r\n") + get(),
            202,
            200
        ),
        .stays(
            "RFC 9112 §7.1.1: extensions are ignored",
            chunked("\(size);a;b=c;d=\"e f\"\r\n\(order)\r\n0;g\r\n\r\n"),
            202
        ),
        .stays(
            "RFC 9112 §7.1.1: with bad white space before them too",
            chunked("\(size) \t;a\r\n\(order)\r\n0\r\n\r\n"),
            202
        ),
        .stays(
            "RFC 9112 §7.1.2: trailers are dropped",
            chunked(orderChunk + "0\r\nA: b\r\nX-Correlation-ID: late\r\n\r\n"),
            202
        ),
        .stays(
            "RFC 9110 §6.5.1: they change no framing",
            chunked(orderChunk + "0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n"),
            202
        ),
        .closes("RFC 9112 §7.1: a size is needed", chunked("\r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: not only an extension", chunked(";a\r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no sign", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no minus", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no space before", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no space after", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no underscore", chunked("0_5\r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no letter beyond F", chunked("g\r\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no bare LF after the size", chunked("5\nhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no bare CR after it", chunked("5\rhello\r\n0\r\n\r\n"), 400),
        .closes("RFC 9112 §7.1: no bare LF after the data", chunked("5\r\nhello\n0\r\n\r\n"), 400),
        .closes(
            "RFC 9112 §7.1: nothing between data and CRLF",
            chunked("5\r\nhello!\r\n0\r\n\r\n"),
            400
        ),
        .closes(
            "RFC 9112 §7.1: no chunk shorter than its size",
            chunked("6\r\nhello\r\n0\r\n\r\n"),
            400
        ),
        .closes("RFC 9112 §7.1: no bare LF at the end", chunked("0\r\n\n"), 400),
        .closes(
            "RFC 9112 §7.1: 2⁶⁴ + 5 is not 5",
            chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"),
            413
        ),
        .closes("RFC 9112 §7.1: nor is 2³² + 5", chunked("100000005\r\nhello\r\n0\r\n\r\n"), 413),
        .closes(
            "RFC 9112 §7.1: too many zeros are refused",
            chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"),
            400
        ),
        .closes(
            "RFC 9112 §7.1.1: no control character is in an extension",
            chunked("5;a=\u{01}\r\nhello\r\n0\r\n\r\n"),
            400
        ),
        .closes(
            "RFC 9112 §7.1.1: no bare CR either",
            chunked("5;a=\rb\r\nhello\r\n0\r\n\r\n"),
            400
        ),
        .closes(
            "RFC 9112 §7.1.1: an extension too long is refused",
            chunked("5;" + String(repeating: "a", count: 300) + "\r\nhello\r\n0\r\n\r\n"),
            400
        ),
        .closes(
            "RFC 9112 §7.1.2: a trailer is a field",
            chunked(orderChunk + "0\r\nabc\r\n\r\n"),
            400
        ),
        .closes(
            "RFC 9112 §7.1.2: without space before its colon",
            chunked(orderChunk + "0\r\nA : b\r\n\r\n"),
            400
        ),
        .closes(
            "RFC 9112 §7.1.2: and without folds",
            chunked(orderChunk + "0\r\nA: b\r\n c\r\n\r\n"),
            400
        ),
    ]
}
