/// DATA, HEADERS and CONTINUATION (RFC 9113 §6.1, §6.2, §6.10).
extension ConformanceCase {
    private static let halfHead = Frame.headers(1, Frame.getFields, endsHead: false)
    private static let halfPost = Frame.headers(
        1,
        Frame.postFields,
        endsStream: false,
        endsHead: false
    )
    private static let more = Frame.fields(("a", "b"))

    static let messageFrameCases: [ConformanceCase] = dataCases + headersCases + continuationCases

    private static let dataCases: [ConformanceCase] = [
        .answered("RFC 9113 §6.1: DATA", Frame.post(1), Frame.data(1, "test")),
        .answered(
            "RFC 9113 §6.1: in several frames",
            Frame.post(1),
            Frame.data(1, "test", endsStream: false),
            Frame.data(1, "test")
        ),
        .answered(
            "RFC 9113 §6.1: with padding",
            Frame.post(1),
            Frame.make(type: 0, flags: 0x9, stream: 1, [5] + "test".utf8 + zeros(5))
        ),
        .connectionError(
            "RFC 9113 §6.1: DATA belongs to a stream",
            .protocolError,
            sending: Frame.data(0, "test")
        ),
        .streamError(
            "RFC 9113 §6.1: that is open",
            .streamClosed,
            sending: Frame.headers(1, Frame.postFields),
            Frame.data(1, "test")
        ),
        .connectionError(
            "RFC 9113 §6.1: padding is not longer than the frame",
            .protocolError,
            sending: Frame.headers(
                1,
                Frame.postFields + Frame.fields(("content-length", "4")),
                endsStream: false
            ),
            Frame.make(type: 0, flags: 0x9, stream: 1, [6] + "Test".utf8)
        ),
    ]

    private static let headersCases: [ConformanceCase] = [
        .answered("RFC 9113 §6.2: HEADERS", Frame.get(1)),
        .answered(
            "RFC 9113 §6.2: with padding",
            Frame.make(type: 1, flags: 0xD, stream: 1, [8] + Frame.getFields + zeros(8))
        ),
        .connectionError(
            "RFC 9113 §6.2: only CONTINUATION follows HEADERS without END_HEADERS, not PRIORITY",
            .protocolError,
            sending: halfPost,
            Frame.priority(1, on: 0),
            Frame.continuation(1, more)
        ),
        .connectionError(
            "RFC 9113 §6.2: nor HEADERS of another stream",
            .protocolError,
            sending: halfPost,
            Frame.get(3),
            Frame.continuation(1, more)
        ),
        .connectionError(
            "RFC 9113 §6.2: HEADERS belong to a stream",
            .protocolError,
            sending: Frame.get(0)
        ),
        .streamError(
            "RFC 9113 §6.2: padding is not longer than what is left",
            .protocolError,
            sending: Frame.make(
                type: 1,
                flags: 0xD,
                stream: 1,
                [UInt8(Frame.getFields.count + 2)] + Frame.getFields
            )
        ),
    ]

    private static let continuationCases: [ConformanceCase] = [
        .answered(
            "RFC 9113 §6.10: CONTINUATION",
            Frame.headers(1, Array(Frame.getFields[..<2]), endsHead: false),
            Frame.continuation(1, Array(Frame.getFields[2...]))
        ),
        .answered(
            "RFC 9113 §6.10: cut anywhere",
            Frame.headers(1, Array(Frame.getFields[..<2]), endsHead: false),
            Frame.continuation(1, Array(Frame.getFields[2..<4]), endsHead: false),
            Frame.continuation(1, Array(Frame.getFields[4...]))
        ),
        .answered(
            "RFC 9113 §6.10: more than one",
            halfHead,
            Frame.continuation(1, more, endsHead: false),
            Frame.continuation(1, more)
        ),
        .connectionError(
            "RFC 9113 §6.10: nothing else comes between",
            .protocolError,
            sending: halfPost,
            Frame.continuation(1, more, endsHead: false),
            Frame.data(1, "test")
        ),
        .connectionError(
            "RFC 9113 §6.10: CONTINUATION belongs to a stream",
            .protocolError,
            sending: halfHead,
            Frame.continuation(0, more)
        ),
        .connectionError(
            "RFC 9113 §6.10: none follows END_HEADERS of HEADERS",
            .protocolError,
            sending: Frame.get(1),
            Frame.continuation(1, more)
        ),
        .connectionError(
            "RFC 9113 §6.10: nor that of CONTINUATION",
            .protocolError,
            sending: halfHead,
            Frame.continuation(1, more),
            Frame.continuation(1, more)
        ),
        .connectionError(
            "RFC 9113 §6.10: nor DATA",
            .protocolError,
            sending: halfPost,
            Frame.data(1, "test"),
            Frame.continuation(1, more, endsHead: false),
            Frame.continuation(0, more)
        ),
    ]
}
