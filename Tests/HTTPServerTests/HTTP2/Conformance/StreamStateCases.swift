/// The states of a stream, their identifiers and how many there are (RFC 9113 §5.1).
extension ConformanceCase {
    private static let more = Frame.fields(("a", "b"))

    static let streamStateCases: [ConformanceCase] =
        idleCases + halfClosedCases + closedCases + [
            .connectionError(
                "RFC 9113 §5.1.1: a client's streams have odd numbers",
                .protocolError,
                sending: Frame.get(2)
            ),
            .connectionError(
                "RFC 9113 §5.1.1: that grow",
                .protocolError,
                sending: Frame.get(5),
                Frame.get(3)
            ),
            ConformanceCase(
                "RFC 9113 §5.1.2: a stream more than there may be is refused",
                .send(
                    Frame.settings((Setting.initialWindowSize, 0))
                        + (0...100).flatMap { Frame.get(1 + 2 * $0) }
                ),
                .expect(.streamError(201, [.protocolError, .refusedStream]))
            ),
        ]

    private static let idleCases: [ConformanceCase] = [
        .taken("RFC 9113 §5.1: PRIORITY may come for an idle stream", Frame.priority(1, on: 0)),
        .streamError(
            "RFC 9113 §5.1: DATA may not",
            .protocolError,
            .streamClosed,
            sending: Frame.data(1, "test")
        ),
        .connectionError(
            "RFC 9113 §5.1: RST_STREAM may not come for an idle stream",
            .protocolError,
            sending: Frame.reset(1)
        ),
        .connectionError(
            "RFC 9113 §5.1: nor WINDOW_UPDATE",
            .protocolError,
            sending: Frame.windowUpdate(1, 100)
        ),
        .connectionError(
            "RFC 9113 §5.1: nor CONTINUATION",
            .protocolError,
            sending: Frame.continuation(1, Frame.getFields)
        ),
    ]

    /// The client has sent all; the window keeps the stream from being closed.
    private static func halfClosed(_ rule: String, _ frames: [UInt8]...) -> ConformanceCase {
        ConformanceCase(
            rule,
            .send(
                Frame.settings((Setting.initialWindowSize, 0)) + Frame.headers(1, longFields)
                    + frames.flatMap(\.self)
            ),
            .expect(.data(1, bytes: 1))
        )
    }

    static let halfClosedCases: [ConformanceCase] = [
        halfClosed(
            "RFC 9113 §5.1: WINDOW_UPDATE may come for a half-closed stream",
            Frame.windowUpdate(1, 1)
        ),
        halfClosed(
            "RFC 9113 §5.1: PRIORITY may, too",
            Frame.priority(1, on: 0),
            Frame.windowUpdate(1, 1)
        ),
        ConformanceCase(
            "RFC 9113 §5.1: RST_STREAM may, too",
            .send(Frame.get(1) + Frame.reset(1) + Frame.ping()),
            .expect(.pingAcknowledgementOrEnd)
        ),
        .streamError(
            "RFC 9113 §5.1: DATA may not come for a half-closed stream",
            .streamClosed,
            sending: Frame.get(1),
            Frame.data(1, "test")
        ),
        .streamError(
            "RFC 9113 §5.1: HEADERS may not",
            .streamClosed,
            sending: Frame.get(1),
            Frame.get(1)
        ),
        .streamError(
            "RFC 9113 §5.1: CONTINUATION may not",
            .streamClosed,
            .protocolError,
            sending: Frame.get(1),
            Frame.continuation(1, Frame.getFields)
        ),
    ]

    private static let closedCases: [ConformanceCase] = [
        .afterClose(
            "RFC 9113 §5.1: PRIORITY may come for a closed stream",
            sending: Frame.priority(1, on: 0) + Frame.ping(),
            .pingAcknowledgement()
        ),
        .afterClose(
            "RFC 9113 §5.1: WINDOW_UPDATE and RST_STREAM may, too: they may have been on their way",
            sending: Frame.windowUpdate(1, 1) + Frame.reset(1) + Frame.ping(),
            .pingAcknowledgement()
        ),
        .streamError(
            "RFC 9113 §5.1: no DATA comes after RST_STREAM",
            .streamClosed,
            sending: Frame.post(1),
            Frame.reset(1),
            Frame.data(1, "test")
        ),
        .streamError(
            "RFC 9113 §5.1: no HEADERS come after RST_STREAM",
            .streamClosed,
            sending: Frame.post(1),
            Frame.reset(1),
            Frame.get(1)
        ),
        .streamError(
            "RFC 9113 §5.1: no CONTINUATION comes after RST_STREAM",
            .streamClosed,
            .protocolError,
            sending: Frame.post(1),
            Frame.reset(1),
            Frame.continuation(1, more)
        ),
        .afterClose(
            "RFC 9113 §5.1: no DATA comes for a closed stream",
            sending: Frame.data(1, "test"),
            .streamError(1, [.streamClosed])
        ),
        .afterClose(
            "RFC 9113 §5.1: no HEADERS come for a closed stream",
            sending: Frame.get(1),
            .connectionError([.streamClosed])
        ),
        .afterClose(
            "RFC 9113 §5.1: no CONTINUATION comes for a closed stream",
            sending: Frame.continuation(1, more),
            .connectionError([.streamClosed, .protocolError])
        ),
    ]

    /// Whose answer is longer than a few bytes.
    static let longFields: [UInt8] =
        [0x82, 0x86, 0x04, 0x06] + "/12345".utf8 + [0x01, 0x01, 0x78]
}
