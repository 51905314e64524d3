/// Methods (RFC 9110 §9) and content negotiation (§12, §15.5.7, §15.5.16).
extension WireCase {
    private static func request(_ line: String, _ lines: String...) -> String {
        (["\(line) HTTP/1.1", "Host: gateway"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
    }

    private static func allows(_ methods: String, _ status: Int = 405) -> WireAnswer {
        WireAnswer(status, fields: ["Allow": methods])
    }

    static let methodCases: [WireCase] =
        ["PUT", "DELETE", "PATCH", "TRACE"].map {
            .stays(
                "RFC 9110 §15.5.6: \($0) is not allowed",
                request("\($0) /orders"),
                allows("POST, OPTIONS")
            )
        }
        + [
            .stays(
                "RFC 9110 §15.5.6: GET of what takes POST only",
                request("GET /orders"),
                allows("POST, OPTIONS")
            ),
            .stays(
                "RFC 9110 §15.5.6: POST to what takes GET only",
                request("POST /healthz"),
                allows("GET, HEAD, OPTIONS")
            ),
            .stays(
                "RFC 9110 §15.5.6: its content is read",
                request("PUT /healthz", "Content-Length: 3") + "abc",
                allows("GET, HEAD, OPTIONS")
            ),
            .stays("RFC 9110 §15.5.5: a path that is not there", request("GET /order"), 404),
            .stays("RFC 9110 §15.5.5: with any method", request("DELETE /order"), 404),
            .stays(
                "RFC 9110 §15.5.5: an order that is none",
                request("GET /orders/01a20a29-f747-77db-8540-d51e910a684f"),
                404
            ),
            .stays("RFC 9110 §15.5.5: an id that is none", request("GET /orders/x"), 404),
            .stays(
                "RFC 9110 §9.3.7: OPTIONS of orders",
                request("OPTIONS /orders"),
                allows("POST, OPTIONS", 204)
            ),
            .stays(
                "RFC 9110 §9.3.7: OPTIONS of an order",
                request("OPTIONS /orders/x"),
                allows("GET, HEAD, OPTIONS", 204)
            ),
            .stays(
                "RFC 9110 §9.3.2: HEAD is answered without content",
                request("HEAD /healthz"),
                WireAnswer(200, isForHead: true, fields: ["Content-Type": "application/json"])
            ),
            .stays(
                "RFC 9110 §9.3.2: so is its 404",
                request("HEAD /order"),
                WireAnswer(404, isForHead: true)
            ),
            .stays(
                "RFC 9110 §9.3.2: and its 405",
                request("HEAD /orders"),
                WireAnswer(405, isForHead: true, fields: ["Allow": "POST, OPTIONS"])
            ),
            .closes(
                "RFC 9110 §9.3.2: and its 400",
                request("HEAD /healthz", "A : b"),
                WireAnswer(400, isForHead: true)
            ),
            .stays(
                "RFC 9110 §14.2: Range is ignored",
                request("GET /healthz", "Range: bytes=0-1"),
                200
            ),
            .stays(
                "RFC 9110 §13.1.1: If-Match is of no order",
                request("GET /healthz", "If-Match: \"x\""),
                200
            ),
        ]

    private static func typed(_ lines: String...) -> String {
        let all =
            ["POST /orders HTTP/1.1", "Host: x", "Content-Length: \(order.utf8.count)"] + lines
        return all.map { $0 + "\r\n" }.joined() + "\r\n" + order
    }

    private static let takesJSON = WireAnswer(415, fields: ["Accept": "application/json"])

    static let negotiationCases: [WireCase] = [
        .stays("RFC 9110 §8.3: JSON", typed("Content-Type: application/json"), 202),
        .stays(
            "RFC 9110 §8.3.1: in any case, with a charset",
            typed("Content-Type: Application/JSON; charset=utf-8"),
            202
        ),
        .stays(
            "RFC 6839 §3.1: what is written as JSON",
            typed("Content-Type: application/vnd.order+json"),
            202
        ),
        .stays("RFC 9110 §8.3: no type at all", typed(), 202),
        .stays("RFC 9110 §15.5.16: no text", typed("Content-Type: text/plain"), takesJSON),
        .stays("RFC 9110 §15.5.16: no XML", typed("Content-Type: application/xml"), takesJSON),
        .stays(
            "RFC 9110 §15.5.16: no JSON by another name",
            typed("Content-Type: text/json"),
            takesJSON
        ),
        .stays(
            "RFC 9110 §15.5.16: no parts",
            typed("Content-Type: multipart/form-data; boundary=x"),
            takesJSON
        ),
        .stays("RFC 9110 §15.5.16: no type that is none", typed("Content-Type: json"), takesJSON),
        .stays(
            "RFC 9110 §8.3: no two types",
            typed("Content-Type: application/json", "Content-Type: text/plain"),
            takesJSON
        ),
        .stays("RFC 9110 §8.4: identity is no coding", typed("Content-Encoding: identity"), 202),
        .stays("RFC 9110 §12.5.1: who takes JSON gets it", typed("Accept: application/json"), 202),
        .stays("RFC 9110 §12.5.1: who takes anything too", typed("Accept: */*"), 202),
        .stays("RFC 9110 §12.5.1: of that kind too", typed("Accept: application/*"), 202),
        .stays(
            "RFC 9110 §12.5.1: a browser too",
            typed("Accept: text/html,application/xml;q=0.9,*/*;q=0.8"),
            202
        ),
        .stays(
            "RFC 9110 §12.5.1: with a charset too",
            typed("Accept: application/json;charset=utf-8"),
            202
        ),
        .stays("RFC 9110 §12.5.1: what is no media range says nothing", typed("Accept: json"), 202),
        .stays("RFC 9110 §12.5.1: an empty Accept too", typed("Accept:"), 202),
        .stays("RFC 9110 §15.5.7: who takes only HTML is told", typed("Accept: text/html"), 406),
        .stays(
            "RFC 9110 §15.5.7: who excludes JSON too",
            typed("Accept: application/json;q=0"),
            406
        ),
        .stays(
            "RFC 9110 §12.5.1: the most exact range decides",
            typed("Accept: */*, application/json;q=0"),
            406
        ),
        .stays(
            "RFC 9110 §12.4.2: a weight of 0.000 is 0",
            typed("Accept: application/*; q=0.000"),
            406
        ),
        .stays(
            "RFC 9110 §15.5.7: an order is not asked for in HTML",
            request("GET /orders/x", "Accept: text/html"),
            406
        ),
        .stays(
            "RFC 9110 §15.5.7: the contract is YAML",
            request("GET /openapi.yaml", "Accept: application/json"),
            406
        ),
        .stays(
            "RFC 9512 §2.1: and is given as such",
            request("GET /openapi.yaml", "Accept: application/yaml"),
            WireAnswer(200, fields: ["Content-Type": "application/yaml"])
        ),
        .stays(
            "RFC 9110 §12.5.3: no coding is made for Accept-Encoding",
            request("GET /healthz", "Accept-Encoding: gzip"),
            WireAnswer(200, fields: ["Content-Encoding": nil])
        ),
    ]
}
