/// Requests and their fields (RFC 9113 §8).
extension ConformanceCase {
    private static func malformed(_ rule: String, _ block: [UInt8]) -> ConformanceCase {
        .streamError(rule, .protocolError, sending: Frame.headers(1, block))
    }

    private static let method = (name: ":method", value: "GET")
    private static let scheme = (name: ":scheme", value: "http")
    private static let path = (name: ":path", value: "/")
    private static let authority = (name: ":authority", value: "x")

    static let messageCases: [ConformanceCase] =
        [
            .answered("RFC 9113 §8.1: GET", Frame.get(1)),
            .answered(
                "RFC 9113 §8.1: HEAD",
                Frame.headers(1, Frame.fields((":method", "HEAD"), scheme, path, authority))
            ),
            .answered("RFC 9113 §8.1: POST", Frame.post(1), Frame.data(1, "test")),
            .answered(
                "RFC 9113 §8.1: POST with trailers",
                Frame.headers(
                    1,
                    Frame.postFields + Frame.fields(("trailer", "x-test")),
                    endsStream: false
                ),
                Frame.data(1, "test", endsStream: false),
                Frame.headers(1, Frame.fields(("x-test", "ok")))
            ),
            .streamError(
                "RFC 9113 §8.1: trailers end the stream",
                .protocolError,
                sending: Frame.post(1),
                Frame.data(1, "test", endsStream: false),
                Frame.headers(1, Frame.fields(("x-test", "ok")), endsStream: false)
            ),
            .streamError(
                "RFC 9113 §8.1.1: content is as long as is said",
                .protocolError,
                sending: Frame.headers(
                    1,
                    Frame.postFields + Frame.fields(("content-length", "1")),
                    endsStream: false
                ),
                Frame.data(1, "test")
            ),
            .streamError(
                "RFC 9113 §8.1.1: in however many frames it comes",
                .protocolError,
                sending: Frame.headers(
                    1,
                    Frame.postFields + Frame.fields(("content-length", "1")),
                    endsStream: false
                ),
                Frame.data(1, "test", endsStream: false),
                Frame.data(1, "test")
            ),
        ] + fieldCases + pseudoFieldCases

    private static let fieldCases: [ConformanceCase] = [
        malformed(
            "RFC 9113 §8.2.1: a name has no upper-case letters",
            Frame.getFields + Frame.fields(("X-TEST", "ok"))
        ),
        malformed(
            "RFC 9113 §8.2.1: nor a space",
            Frame.getFields + Frame.fields(("x test", "ok"))
        ),
        malformed(
            "RFC 9113 §8.2.1: a value has no line feed",
            Frame.getFields + Frame.fields(("x-test", "a\nb"))
        ),
        malformed(
            "RFC 9113 §8.2.1: and does not begin with a space",
            Frame.getFields + Frame.fields(("x-test", " a"))
        ),
        malformed(
            "RFC 9113 §8.2.2: no field is about the connection",
            Frame.getFields + Frame.fields(("connection", "keep-alive"))
        ),
        malformed(
            "RFC 9113 §8.2.2: TE is trailers",
            Frame.getFields + Frame.fields(("trailers", "test"), ("te", "trailers, deflate"))
        ),
    ]

    private static let pseudoFieldCases: [ConformanceCase] = [
        malformed(
            "RFC 9113 §8.3: an unknown pseudo-header field",
            Frame.getFields + Frame.fields((":test", "ok"))
        ),
        malformed(
            "RFC 9113 §8.3: one of responses",
            Frame.getFields + Frame.fields((":status", "200"))
        ),
        .streamError(
            "RFC 9113 §8.3: one among the trailers",
            .protocolError,
            sending: Frame.post(1),
            Frame.data(1, "test", endsStream: false),
            Frame.headers(1, Frame.fields((":method", "POST")))
        ),
        malformed(
            "RFC 9113 §8.3: one after a regular field",
            Frame.fields(("x-test", "ok")) + Frame.getFields
        ),
        malformed(
            "RFC 9113 §8.3.1: :path is not empty",
            Frame.fields(method, scheme, (":path", ""), authority)
        ),
        malformed(
            "RFC 9113 §8.3.1: :method is there",
            Frame.fields(scheme, path, authority)
        ),
        malformed(
            "RFC 9113 §8.3.1: :scheme is there",
            Frame.fields(method, path, authority)
        ),
        malformed(
            "RFC 9113 §8.3.1: :path is there",
            Frame.fields(method, scheme, authority)
        ),
        malformed("RFC 9113 §8.3.1: :method once", Frame.getFields + Frame.fields(method)),
        malformed("RFC 9113 §8.3.1: :scheme once", Frame.getFields + Frame.fields(scheme)),
        malformed("RFC 9113 §8.3.1: :path once", Frame.getFields + Frame.fields(path)),
        malformed("RFC 9113 §8.3.1: :authority once", Frame.getFields + Frame.fields(authority)),
    ]
}
