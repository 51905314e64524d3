/// PRIORITY, which RFC 9113 §5.3.2 keeps as a frame, and what RFC 7540 §5.3 says of it.
extension ConformanceCase {
    /// HEADERS with a dependency and a weight (RFC 9113 §6.2).
    private static func get(_ stream: Int32, on dependency: UInt8) -> [UInt8] {
        Frame.make(
            type: 1,
            flags: 0x25,
            stream: stream,
            [0, 0, 0, dependency, 255] + Frame.getFields
        )
    }

    static let priorityCases: [ConformanceCase] = [
        .answered("RFC 9113 §6.2: HEADERS may have a priority", get(1, on: 0)),
        .answered(
            "RFC 9113 §6.3: the least weight",
            Frame.priority(1, on: 0, weight: 0),
            Frame.get(1)
        ),
        .answered("RFC 9113 §6.3: the greatest weight", Frame.priority(1, on: 0), Frame.get(1)),
        .answered("RFC 9113 §6.3: a dependency", Frame.priority(3, on: 1), Frame.get(1)),
        .answered(
            "RFC 9113 §6.3: an exclusive one",
            Frame.priority(1, on: 0x8000_0000),
            Frame.get(1)
        ),
        .answered(
            "RFC 9113 §6.3: an idle stream with a priority does not close the ones before",
            Frame.priority(3, on: 0),
            Frame.get(1)
        ),
        .connectionError(
            "RFC 9113 §6.3: PRIORITY is about a stream",
            .protocolError,
            sending: Frame.priority(0, on: 0)
        ),
        .streamError(
            "RFC 9113 §6.3: and has five bytes",
            .frameSize,
            sending: Frame.get(1),
            Frame.make(type: 2, flags: 0, stream: 1, [0x80, 0, 0, 1])
        ),
        .streamError(
            "RFC 7540 §5.3.1: no stream depends on itself by HEADERS",
            .protocolError,
            sending: get(1, on: 1)
        ),
        .streamError(
            "RFC 7540 §5.3.1: nor by PRIORITY",
            .protocolError,
            sending: Frame.priority(1, on: 1)
        ),
    ]
}
