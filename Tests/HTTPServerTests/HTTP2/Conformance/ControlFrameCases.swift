/// RST_STREAM, SETTINGS, PING and GOAWAY (RFC 9113 §6.4, §6.5, §6.7, §6.8).
extension ConformanceCase {
    static let controlFrameCases: [ConformanceCase] = resetCases + settingsCases + pingCases

    private static let resetCases: [ConformanceCase] = [
        ConformanceCase(
            "RFC 9113 §6.4: RST_STREAM",
            .send(Frame.headers(1, Frame.getFields, endsStream: false)),
            .send(Frame.reset(1) + Frame.ping()),
            .expect(.pingAcknowledgementOrEnd)
        ),
        .connectionError(
            "RFC 9113 §6.4: is about a stream",
            .protocolError,
            sending: Frame.reset(0)
        ),
        .connectionError(
            "RFC 9113 §6.4: that is not idle",
            .protocolError,
            sending: Frame.reset(1)
        ),
        .streamError(
            "RFC 9113 §6.4: and has four bytes",
            .frameSize,
            sending: Frame.get(1),
            Frame.make(type: 3, flags: 0, stream: 1, zeros(3))
        ),
    ]

    private static func settings(
        _ rule: String,
        _ setting: (id: UInt16, value: UInt32),
        _ error: HTTP2Error
    ) -> ConformanceCase {
        .connectionError(rule, error, sending: Frame.settings(setting))
    }

    private static let settingsCases: [ConformanceCase] = [
        ConformanceCase(
            "RFC 9113 §6.5: SETTINGS",
            .send(
                Frame.settings(
                    (Setting.headerTableSize, 4_096),
                    (Setting.enablePush, 1),
                    (Setting.concurrentStreams, 100),
                    (Setting.initialWindowSize, 65_535),
                    (Setting.maxFrameSize, 16_384),
                    (Setting.maxHeaderListSize, 100)
                )
            ),
            .expect(.settingsAcknowledgement)
        ),
        .connectionError(
            "RFC 9113 §6.5: an acknowledgement is empty",
            .frameSize,
            sending: Frame.make(type: 4, flags: 1, stream: 0, [0])
        ),
        .connectionError(
            "RFC 9113 §6.5: SETTINGS are about no stream",
            .protocolError,
            sending: Frame.make(type: 4, flags: 0, stream: 1, [0, 3, 0, 0, 0, 100])
        ),
        .connectionError(
            "RFC 9113 §6.5: and a multiple of six bytes",
            .frameSize,
            .protocolError,
            sending: Frame.make(type: 4, flags: 0, stream: 0, [0, 3, 0])
        ),
        settings("RFC 9113 §6.5.2: ENABLE_PUSH is 0 or 1", (Setting.enablePush, 2), .protocolError),
        settings(
            "RFC 9113 §6.5.2: INITIAL_WINDOW_SIZE has 31 bits",
            (Setting.initialWindowSize, 0x8000_0000),
            .flowControl
        ),
        settings(
            "RFC 9113 §6.5.2: MAX_FRAME_SIZE is 16,384 at least",
            (Setting.maxFrameSize, 16_383),
            .protocolError
        ),
        settings(
            "RFC 9113 §6.5.2: and has 24 bits at most",
            (Setting.maxFrameSize, 1 << 24),
            .protocolError
        ),
        .taken("RFC 9113 §6.5.2: what is unknown is ignored", Frame.settings((0xFF, 1))),
        ConformanceCase(
            "RFC 9113 §6.5.3: values are taken in their order",
            .send(
                Frame.settings((Setting.initialWindowSize, 100), (Setting.initialWindowSize, 1))
            ),
            .expect(.settingsAcknowledgement),
            .send(Frame.headers(1, longFields)),
            .expect(.data(1, bytes: 1))
        ),
        ConformanceCase(
            "RFC 9113 §6.5.3: and acknowledged at once",
            .send(Frame.settings((Setting.enablePush, 0))),
            .expect(.settingsAcknowledgement)
        ),
    ]

    private static let pingCases: [ConformanceCase] = [
        .taken("RFC 9113 §6.7: PING"),
        ConformanceCase(
            "RFC 9113 §6.7: comes back with its data",
            .send(Frame.ping("conforms")),
            .expect(.pingAcknowledgement("conforms"))
        ),
        .taken(
            "RFC 9113 §6.7: its acknowledgement is not acknowledged",
            Frame.ping("not this", isAcknowledgement: true)
        ),
        .connectionError(
            "RFC 9113 §6.7: it is about no stream",
            .protocolError,
            sending: Frame.make(type: 6, flags: 0, stream: 1, zeros(8))
        ),
        .connectionError(
            "RFC 9113 §6.7: and has eight bytes",
            .frameSize,
            sending: Frame.make(type: 6, flags: 0, stream: 0, zeros(6))
        ),
        ConformanceCase(
            "RFC 9113 §6.8: after GOAWAY a PING is answered, or the connection ends",
            .send(Frame.goAway(0) + Frame.ping()),
            .expect(.pingAcknowledgementOrEnd)
        ),
        .connectionError(
            "RFC 9113 §6.8: GOAWAY is about no stream",
            .protocolError,
            sending: Frame.make(type: 7, flags: 0, stream: 1, zeros(8))
        ),
    ]
}
