import TestSupport

/// Content codings (RFC 9110 §8.4), conditions (§13), and what the content says.
extension WireCase {
    private static func head(_ target: String, _ lines: [String]) -> [UInt8] {
        let all = ["\(target) HTTP/1.1", "Host: gateway"] + lines
        return Array((all.map { $0 + "\r\n" }.joined() + "\r\n").utf8)
    }

    private static func posting(
        _ rule: String,
        _ body: [UInt8],
        _ lines: String...,
        brings answer: WireAnswer
    ) -> WireCase {
        let head = head("POST /orders", lines + ["Content-Length: \(body.count)"])
        return WireCase(rule: rule, sent: head + body, answers: [answer], ending: .stays)
    }

    private static func getting(
        _ rule: String,
        _ target: String,
        _ lines: String...,
        brings answer: WireAnswer
    ) -> WireCase {
        let request = head(target, lines)
        return WireCase(rule: rule, sent: request, answers: [answer], ending: .stays)
    }

    private static let plain = Array(order.utf8)
    private static let gzip = Compression.compress(plain)

    static let contentCases: [WireCase] = [
        posting("RFC 9110 §8.4.1.3: gzip", gzip, "Content-Encoding: gzip", brings: 202),
        posting("RFC 9110 §8.4.1.3: x-gzip", gzip, "Content-Encoding: x-gzip", brings: 202),
        posting("RFC 9110 §8.4.1: in any case", gzip, "Content-Encoding: GZIP", brings: 202),
        posting(
            "RFC 1952 §2.2: in several members",
            Compression.compress([]) + gzip,
            "Content-Encoding: gzip",
            brings: 202
        ),
        posting(
            "RFC 9110 §8.4.1.2: deflate",
            Compression.compress(plain, .zlib),
            "Content-Encoding: deflate",
            brings: 202
        ),
        posting(
            "RFC 9110 §8.4.1.2: as some send it, without its frame",
            Compression.compress(plain, .none),
            "Content-Encoding: deflate",
            brings: 202
        ),
        posting(
            "RFC 9110 §5.6.1: an empty coding is none",
            plain,
            "Content-Encoding:",
            brings: 202
        ),
        posting("RFC 9110 §5.6.1: so is an empty list", plain, "Content-Encoding: ,", brings: 202),
        posting("RFC 9110 §8.3: an empty type is none", plain, "Content-Type:", brings: 202),
        posting(
            "RFC 9110 §15.5.16: another coding is not taken",
            gzip,
            "Content-Encoding: br",
            brings: takesCodings
        ),
        posting(
            "RFC 9110 §15.5.16: nor are two",
            Compression.compress(gzip),
            "Content-Encoding: gzip, gzip",
            brings: takesCodings
        ),
        posting(
            "RFC 9110 §15.5.16: nor in two lines",
            Compression.compress(gzip),
            "Content-Encoding: gzip",
            "Content-Encoding: gzip",
            brings: takesCodings
        ),
        posting(
            "RFC 1952 §2.3: what is no gzip",
            plain,
            "Content-Encoding: gzip",
            brings: WireAnswer(400, text: "not valid gzip")
        ),
        posting(
            "RFC 1952 §2.3: what breaks off",
            gzip.dropLast(),
            "Content-Encoding: gzip",
            brings: WireAnswer(400, text: "not valid gzip: it breaks off")
        ),
        posting(
            "RFC 1952 §2.3: what goes on",
            gzip + plain,
            "Content-Encoding: gzip",
            brings: WireAnswer(400, text: "not valid gzip")
        ),
        posting(
            "RFC 1950 §2.2: what is no zlib",
            gzip,
            "Content-Encoding: deflate",
            brings: WireAnswer(400, text: "not valid deflate")
        ),
        posting(
            "RFC 9110 §15.5.14: what expands without end",
            Compression.compress([UInt8](repeating: 0x20, count: 1 << 20) + plain),
            "Content-Encoding: gzip",
            brings: WireAnswer(413, text: "100 times as large")
        ),
        posting(
            "RFC 9110 §15.5.21: another currency",
            Array(order.dropLast().utf8) + Array(#","currency":"EUR"}"#.utf8),
            brings: WireAnswer(422, text: #""pointer":"/currency""#)
        ),
        posting(
            "RFC 9110 §15.3.3: the gateway's own",
            Array(order.dropLast().utf8) + Array(#","currency":"USD"}"#.utf8),
            brings: 202
        ),
    ]

    private static let takesCodings = WireAnswer(
        415,
        fields: ["Accept-Encoding": "gzip, deflate", "Accept": nil]
    )

    static let conditionCases: [WireCase] = [
        posting("RFC 9110 §13.1.1: nothing matches yet", plain, "If-Match: \"x\"", brings: 412),
        posting("RFC 9110 §13.1.1: not the asterisk", plain, "If-Match: *", brings: 412),
        posting(
            "RFC 9110 §13.1.2: which is as it was meant",
            plain,
            "If-None-Match: *",
            brings: 202
        ),
        posting(
            "RFC 9110 §13.1.4: nothing has a date",
            plain,
            "If-Unmodified-Since: Sat, 29 Oct 1994 19:43:31 GMT",
            brings: 202
        ),
        getting(
            "RFC 9110 §13.2.1: conditions are about what is there",
            "GET /orders/01a20a29-f747-77db-8540-d51e910a684f",
            "If-Match: *",
            brings: 404
        ),
        getting(
            "RFC 9110 §9.3.7: OPTIONS of the health routes says how it is",
            "OPTIONS /healthz",
            brings: WireAnswer(
                200,
                fields: ["Allow": "GET, HEAD, OPTIONS"],
                text: #""status":"ok""#
            )
        ),
        getting(
            "RFC 9512 §2.1: the contract by an old name of YAML",
            "GET /openapi.yaml",
            "Accept: text/yaml",
            brings: WireAnswer(200, fields: ["Content-Type": "text/yaml", "Vary": "Accept"])
        ),
        getting(
            "RFC 9110 §12.5.1: by OpenAPI's own name",
            "GET /openapi.yaml",
            "Accept: application/vnd.oai.openapi",
            brings: WireAnswer(200, fields: ["Content-Type": "application/vnd.oai.openapi"])
        ),
        getting(
            "RFC 9110 §12.5.1: and as JSON",
            "GET /openapi.json",
            "Accept: application/json",
            brings: WireAnswer(200, fields: ["Content-Type": "application/json"])
        ),
        getting(
            "RFC 9110 §15.5.7: but not as what it is not",
            "GET /openapi.json",
            "Accept: application/yaml",
            brings: 406
        ),
        getting(
            "RFC 9110 §5.6.1: a list of nothing takes everything",
            "GET /orders/x",
            "Accept: \(String(repeating: ",", count: 1_000))text/html",
            brings: 404
        ),
    ]
}
