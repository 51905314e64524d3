/// Frames put together by hand (RFC 9113 §4.1): also such as no client library would send.
enum Frame {
    /// What a client that knows its server sends before all frames (RFC 9113 §3.4).
    static let connectionPreface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// The preface and empty settings.
    static let preface = connectionPreface + make(type: 4, flags: 0, stream: 0, [])

    static let settingsAcknowledgement = make(type: 4, flags: 1, stream: 0, [])

    /// `:method GET`, `:scheme http`, `:path /`, `:authority x` (RFC 7541 §6.1, §6.2.2).
    static let getFields: [UInt8] = [0x82, 0x86, 0x84, 0x01, 0x01, 0x78]
    static let postFields: [UInt8] = [0x83] + getFields.dropFirst()

    static func make(
        type: UInt8,
        flags: UInt8,
        stream: Int32,
        _ payload: [UInt8]
    ) -> [UInt8] {
        let length = [payload.count >> 16, payload.count >> 8, payload.count]
        return length.map { UInt8(truncatingIfNeeded: $0) } + [type, flags]
            + number(UInt32(bitPattern: stream)) + payload
    }

    private static func number(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    // MARK: Requests

    static func get(_ stream: Int32) -> [UInt8] { headers(stream, getFields) }

    /// A request whose content is still to come.
    static func post(_ stream: Int32) -> [UInt8] {
        headers(stream, postFields, endsStream: false)
    }

    static func headers(
        _ stream: Int32,
        _ block: [UInt8],
        endsStream: Bool = true,
        endsHead: Bool = true
    ) -> [UInt8] {
        let flags: UInt8 = (endsStream ? 0x1 : 0) | (endsHead ? 0x4 : 0)
        return make(type: 1, flags: flags, stream: stream, block)
    }

    /// The fields as literals that are not indexed, with names of their own (RFC 7541 §6.2.2).
    static func fields(_ fields: (name: String, value: String)...) -> [UInt8] {
        fields.reduce(into: []) { $0 += [0x00] + text($1.name) + text($1.value) }
    }

    /// A string literal without Huffman coding (RFC 7541 §5.1, §5.2).
    private static func text(_ text: String) -> [UInt8] {
        var length: [UInt8] = []
        var rest = text.utf8.count
        if rest < 0x7F {
            length.append(UInt8(rest))
        } else {
            length.append(0x7F)
            rest -= 0x7F
            while rest >= 0x80 {
                length.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            length.append(UInt8(rest))
        }
        return length + text.utf8
    }

    static func continuation(
        _ stream: Int32,
        _ block: [UInt8],
        endsHead: Bool = true
    ) -> [UInt8] {
        make(type: 9, flags: endsHead ? 0x4 : 0, stream: stream, block)
    }

    static func data(_ stream: Int32, _ bytes: [UInt8], endsStream: Bool = false) -> [UInt8] {
        make(type: 0, flags: endsStream ? 1 : 0, stream: stream, bytes)
    }

    static func data(_ stream: Int32, _ text: String, endsStream: Bool = true) -> [UInt8] {
        data(stream, Array(text.utf8), endsStream: endsStream)
    }

    // MARK: The rest

    static func priority(_ stream: Int32, on dependency: UInt32, weight: UInt8 = 255) -> [UInt8] {
        make(type: 2, flags: 0, stream: stream, number(dependency) + [weight])
    }

    static func reset(_ stream: Int32, _ code: UInt32 = HTTP2Error.cancel.rawValue) -> [UInt8] {
        make(type: 3, flags: 0, stream: stream, number(code))
    }

    static func settings(_ settings: (id: UInt16, value: UInt32)...) -> [UInt8] {
        let payload = settings.reduce(into: [UInt8]()) {
            $0 += number(UInt32($1.id)).dropFirst(2) + number($1.value)
        }
        return make(type: 4, flags: 0, stream: 0, payload)
    }

    static func ping(_ data: String = "12345678", isAcknowledgement: Bool = false) -> [UInt8] {
        make(type: 6, flags: isAcknowledgement ? 1 : 0, stream: 0, Array(data.utf8))
    }

    static func goAway(_ code: UInt32) -> [UInt8] {
        make(type: 7, flags: 0, stream: 0, number(0) + number(code))
    }

    static func windowUpdate(_ stream: Int32, _ increment: UInt32) -> [UInt8] {
        make(type: 8, flags: 0, stream: stream, number(increment))
    }
}

/// The error codes of RFC 9113 §7.
enum HTTP2Error: UInt32 {
    case none, protocolError, internalError, flowControl, settingsTimeout, streamClosed, frameSize
    case refusedStream, cancel, compression, connect, enhanceYourCalm
}

/// The settings of RFC 9113 §6.5.2.
enum Setting {
    static let headerTableSize: UInt16 = 1
    static let enablePush: UInt16 = 2
    static let concurrentStreams: UInt16 = 3
    static let initialWindowSize: UInt16 = 4
    static let maxFrameSize: UInt16 = 5
    static let maxHeaderListSize: UInt16 = 6
}
