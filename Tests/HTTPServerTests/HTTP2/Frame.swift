/// Frames put together by hand (RFC 9113 §4.1): also such as no client library would send.
enum Frame {
    /// The preface and empty settings (RFC 9113 §3.4).
    static let preface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + make(type: 4, flags: 0, stream: 0, [])

    static let settingsAcknowledgement = make(type: 4, flags: 1, stream: 0, [])

    /// `:method GET`, `:scheme http`, `:path /`, `:authority x` (RFC 7541 §6.1, §6.2.2).
    static let getFields: [UInt8] = [0x82, 0x86, 0x84, 0x01, 0x01, 0x78]

    static func make(
        type: UInt8,
        flags: UInt8,
        stream: Int32,
        _ payload: [UInt8]
    ) -> [UInt8] {
        let length = [payload.count >> 16, payload.count >> 8, payload.count]
        let id = [stream >> 24, stream >> 16, stream >> 8, stream]
        return length.map { UInt8(truncatingIfNeeded: $0) } + [type, flags]
            + id.map { UInt8(truncatingIfNeeded: $0) } + payload
    }

    static func get(_ stream: Int32) -> [UInt8] {
        make(type: 1, flags: 0x5, stream: stream, getFields)
    }

    /// A request whose content is still to come.
    static func post(_ stream: Int32) -> [UInt8] {
        make(type: 1, flags: 0x4, stream: stream, [0x83] + getFields.dropFirst())
    }

    static func data(_ stream: Int32, _ bytes: [UInt8], endsStream: Bool = false) -> [UInt8] {
        make(type: 0, flags: endsStream ? 1 : 0, stream: stream, bytes)
    }
}
