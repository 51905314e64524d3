extension FieldRequest {
    /// Requests for every field that the gateway reads, and for some that it does not read.
    static var all: [FieldRequest] { unread + negotiation + framing + content + tracing }

    private static var unread: [FieldRequest] {
        [
            FieldRequest(.get, "X-Unread", of: "a", limits: (9_270, 111_000)),
            FieldRequest(.get, "Cookie", of: "a=b; ", limits: (9_330, 111_000)),
            FieldRequest(.get, "Forwarded", of: "for=a, ", limits: (9_180, 110_000)),
            FieldRequest(.get, "Accept-Encoding", of: "gzip,", limits: (9_260, 111_000)),
        ]
    }

    private static var negotiation: [FieldRequest] {
        [
            FieldRequest(.get, "Accept", of: "a/b,", limits: (23_800, 128_000)),
            FieldRequest(
                .get,
                "Accept",
                after: "*/*",
                of: ";a=b",
                limits: (10_800, 118_000)
            ),
            FieldRequest(
                .get,
                "Accept",
                after: "*/*;a=\"",
                of: ",\\\"",
                limits: (11_500, 534_000)
            ),
            FieldRequest(.get, "Accept", of: ",", limits: (13_700, 115_000)),
            FieldRequest(.get, "Accept", of: "a/b,", lines: 90, limits: (23_800, 179_000)),
            FieldRequest(.get, "If-None-Match", of: "\"a\",", limits: (14_500, 123_000)),
            FieldRequest(
                .get,
                "If-None-Match",
                after: "\"",
                of: "a",
                limits: (11_200, 362_000)
            ),
            FieldRequest(.get, "If-Match", of: "\"a\",", limits: (20_800, 129_000)),
        ]
    }

    private static var framing: [FieldRequest] {
        [
            FieldRequest(.query, "Query", of: "%41", limits: (9_580, 89_500)),
            FieldRequest(.get, "Host", of: "a.", limits: (9_130, 261_000)),
            FieldRequest(.get, "Content-Length", of: "5,", limits: (15_000, 83_600)),
            FieldRequest(.get, "Connection", of: "a,", limits: (12_100, 113_000)),
            FieldRequest(.get, "Connection", of: ",", limits: (11_400, 113_000)),
            FieldRequest(.get, "Expect", of: "a", limits: (12_600, 81_200)),
            FieldRequest(.post, "Transfer-Encoding", of: "a,", limits: (16_400, 85_000)),
        ]
    }

    private static var content: [FieldRequest] {
        [
            FieldRequest(.post, "Content-Encoding", of: "gzip,", limits: (24_500, 126_000)),
            FieldRequest(
                .post,
                "Content-Type",
                after: "application/json",
                of: ";a=b",
                limits: (14_150, 115_600)
            ),
            FieldRequest(.post, "Content-Type", of: "a", limits: (23_800, 126_000)),
        ]
    }

    private static var tracing: [FieldRequest] {
        let ids = "-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        return [
            FieldRequest(.get, "X-Correlation-ID", of: "a", limits: (11_400, 111_000)),
            FieldRequest(.get, "X-Request-ID", of: "a", limits: (11_400, 111_000)),
            FieldRequest(
                .post,
                "Traceparent",
                after: "cc\(ids)-",
                of: "a",
                limits: (14_600, 116_000)
            ),
            FieldRequest(
                .post,
                "Tracestate",
                of: "a=b,",
                beside: "Traceparent: 00\(ids)",
                limits: (20_100, 117_000)
            ),
            FieldRequest(
                .post,
                "Tracestate",
                of: "a=b,",
                lines: 90,
                beside: "Traceparent: 00\(ids)",
                limits: (20_100, 169_000)
            ),
        ]
    }
}
