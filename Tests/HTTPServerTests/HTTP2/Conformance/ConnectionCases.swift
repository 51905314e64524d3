/// How a connection begins and ends (RFC 9113 §3.4, §5.4, §5.5, §7).
extension ConformanceCase {
    /// A frame of a type that nobody knows.
    private static let unknown = Frame.make(type: 0x16, flags: 0, stream: 0, zeros(8))

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    static let connectionCases: [ConformanceCase] = [
        ConformanceCase(
            "RFC 9113 §3.4: the preface is answered with SETTINGS",
            isSettled: false,
            .send(
                Frame.connectionPreface + Frame.settings((Setting.initialWindowSize, 65_535))
            ),
            .expect(.settings)
        ),
        ConformanceCase(
            "RFC 9113 §3.4: before anything else",
            isSettled: false,
            .send(Frame.preface + Frame.get(1)),
            .expect(.settings),
            .expect(.headers(1))
        ),
        ConformanceCase(
            "RFC 9113 §3.4: a preface that is none ends the connection",
            isSettled: false,
            .send(Array("INVALID CONNECTION PREFACE\r\n\r\n".utf8)),
            .expect(.end)
        ),
        ConformanceCase(
            "RFC 9113 §3.4: so does one without SETTINGS",
            isSettled: false,
            .send(Frame.connectionPreface + Frame.get(1)),
            .expect(.connectionError([.protocolError]))
        ),
        ConformanceCase(
            "RFC 9113 §5.4.1: after an error the connection is closed",
            .send(Frame.make(type: 6, flags: 0, stream: 3, zeros(8))),
            .expect(.end)
        ),
        .connectionError(
            "RFC 9113 §5.4.1: and GOAWAY says which it was",
            .protocolError,
            sending: Frame.make(type: 6, flags: 0, stream: 3, zeros(8))
        ),
        .taken("RFC 9113 §5.5: a frame of an unknown type is ignored", unknown),
        .connectionError(
            "RFC 9113 §5.5: not amid the fields of a request",
            .protocolError,
            sending: Frame.headers(1, Frame.getFields, endsHead: false),
            unknown
        ),
        ConformanceCase(
            "RFC 9113 §7: GOAWAY with an unknown code is like any other",
            .send(Frame.goAway(0xFF) + Frame.ping()),
            .expect(.pingAcknowledgementOrEnd)
        ),
        ConformanceCase(
            "RFC 9113 §7: so is RST_STREAM",
            .send(Frame.post(1) + Frame.reset(1, 0xFF) + Frame.ping()),
            .expect(.pingAcknowledgementOrEnd)
        ),
        ConformanceCase(
            "RFC 9113 §8.4: a client promises nothing",
            .send(
                Frame.make(type: 5, flags: 4, stream: 1, [0, 0, 0, 3] + Frame.getFields)
            ),
            .expect(.connectionError([.protocolError]))
        ),
    ]
}
