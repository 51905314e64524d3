/// The format of frames, their sizes and their fields (RFC 9113 §4).
extension ConformanceCase {
    private static let halfHead = Frame.headers(
        1,
        Frame.getFields,
        endsStream: false,
        endsHead: false
    )
    private static let restOfHead = Frame.continuation(1, Frame.fields(("a", "b")))

    static let frameCases: [ConformanceCase] = [
        .taken(
            "RFC 9113 §4.1: a frame of an unknown type is ignored",
            Frame.make(type: 0x16, flags: 0, stream: 0, zeros(8))
        ),
        ConformanceCase(
            "RFC 9113 §4.1: undefined flags are ignored",
            .send(Frame.make(type: 6, flags: 0x16, stream: 0, Array("12345678".utf8))),
            .expect(.pingAcknowledgement())
        ),
        ConformanceCase(
            "RFC 9113 §4.1: the reserved bit is ignored",
            .send(Frame.make(type: 6, flags: 0x16, stream: .min, Array("12345678".utf8))),
            .expect(.pingAcknowledgement())
        ),
        .answered(
            "RFC 9113 §4.2: DATA of 16,384 bytes is taken",
            Frame.post(1),
            Frame.data(1, [UInt8](repeating: 0x78, count: 16_384), endsStream: true)
        ),
        .streamError(
            "RFC 9113 §4.2: one byte more is too large",
            .frameSize,
            sending: Frame.post(1),
            Frame.data(1, [UInt8](repeating: 0x78, count: 16_385), endsStream: true)
        ),
        .connectionError(
            "RFC 9113 §4.2: HEADERS that are too large end the connection",
            .frameSize,
            sending: Frame.headers(
                1,
                Frame.getFields
                    + Frame.fields(("a", String(repeating: "x", count: 16_384)))
            )
        ),
        .connectionError(
            "RFC 9113 §4.3: fields that cannot be decoded end the connection",
            .compression,
            sending: Frame.headers(1, [0x40])
        ),
        .connectionError(
            "RFC 9113 §4.3: PRIORITY does not come between a head's frames",
            .protocolError,
            sending: halfHead,
            Frame.priority(1, on: 0),
            restOfHead
        ),
        .connectionError(
            "RFC 9113 §4.3: nor HEADERS of another stream",
            .protocolError,
            sending: halfHead,
            Frame.get(3),
            restOfHead
        ),
    ]
}
