/// Flow control (RFC 9113 §6.9).
extension ConformanceCase {
    private static let window = Setting.initialWindowSize
    private static let whole: UInt32 = 0x7FFF_FFFF

    static let windowCases: [ConformanceCase] = [
        .taken("RFC 9113 §6.9: WINDOW_UPDATE of the connection", Frame.windowUpdate(0, 1)),
        .answered(
            "RFC 9113 §6.9: WINDOW_UPDATE of a stream",
            Frame.get(1),
            Frame.windowUpdate(1, 1)
        ),
        .connectionError(
            "RFC 9113 §6.9: an increment of 0 for the connection ends it",
            .protocolError,
            sending: Frame.windowUpdate(0, 0)
        ),
        .streamError(
            "RFC 9113 §6.9: one for a stream ends that",
            .protocolError,
            sending: Frame.post(1),
            Frame.windowUpdate(1, 0)
        ),
        .connectionError(
            "RFC 9113 §6.9: WINDOW_UPDATE has four bytes",
            .frameSize,
            sending: Frame.make(type: 8, flags: 0, stream: 0, [0, 0, 1])
        ),
        ConformanceCase(
            "RFC 9113 §6.9.1: no more is sent than the window lets",
            .send(Frame.settings((window, 1))),
            .expect(.settingsAcknowledgement),
            .send(Frame.headers(1, longFields)),
            .expect(.data(1, bytes: 1))
        ),
        .connectionError(
            "RFC 9113 §6.9.1: the connection's window does not grow beyond 31 bits",
            .flowControl,
            sending: Frame.windowUpdate(0, whole),
            Frame.windowUpdate(0, whole)
        ),
        .streamError(
            "RFC 9113 §6.9.1: nor does a stream's",
            .flowControl,
            sending: Frame.post(1),
            Frame.windowUpdate(1, whole),
            Frame.windowUpdate(1, whole)
        ),
        ConformanceCase(
            "RFC 9113 §6.9.2: SETTINGS open the windows of streams that are open",
            .send(Frame.settings((window, 0))),
            .expect(.settingsAcknowledgement),
            .send(Frame.headers(1, longFields)),
            .send(Frame.settings((window, 1))),
            .expect(.data(1, bytes: 1))
        ),
        ConformanceCase(
            "RFC 9113 §6.9.2: a window may be negative",
            .send(Frame.settings((window, 3))),
            .expect(.settingsAcknowledgement),
            .send(Frame.headers(1, longFields)),
            .expect(.data(1, bytes: 3)),
            .send(Frame.settings((window, 2))),
            .expect(.settingsAcknowledgement),
            .send(Frame.windowUpdate(1, 2)),
            .expect(.data(1, bytes: 1))
        ),
        .connectionError(
            "RFC 9113 §6.9.2: not larger than 31 bits",
            .flowControl,
            sending: Frame.settings((window, 0x8000_0000))
        ),
    ]
}
