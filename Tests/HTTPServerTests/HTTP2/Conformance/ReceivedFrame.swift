/// A frame that the server sent.
struct ReceivedFrame: Equatable, CustomStringConvertible {
    enum Kind: UInt8 {
        case data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate
        case continuation
    }

    let kind: Kind?
    let flags: UInt8
    let stream: Int32
    let payload: [UInt8]

    /// `ACK` of SETTINGS and PING, `END_STREAM` of HEADERS and DATA.
    var hasFirstFlag: Bool { flags & 1 != 0 }

    /// The error code of RST_STREAM and GOAWAY.
    var error: HTTP2Error? {
        let bytes = kind == .goAway ? payload.dropFirst(4).prefix(4) : payload.prefix(4)
        return HTTP2Error(rawValue: bytes.reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// - Parameter header: The nine bytes before the payload (RFC 9113 §4.1).
    init(header: [UInt8], payload: [UInt8]) {
        kind = Kind(rawValue: header[3])
        flags = header[4]
        stream = header[5...].reduce(0) { $0 << 8 | Int32($1) }
        self.payload = payload
    }

    /// The length of the payload that follows these nine bytes.
    static func length(_ header: [UInt8]) -> Int { header[..<3].reduce(0) { $0 << 8 | Int($1) } }

    /// The whole frames in these bytes.
    static func all(in bytes: [UInt8]) -> [ReceivedFrame] {
        var frames: [ReceivedFrame] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let header = Array(rest.prefix(9))
            rest = rest.dropFirst(9)
            let length = length(header)
            frames.append(ReceivedFrame(header: header, payload: Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        return frames
    }

    var description: String {
        let name = kind.map { "\($0)" } ?? "unknown"
        let code = kind == .reset || kind == .goAway ? " \(error.map { "\($0)" } ?? "?")" : ""
        return "\(name)\(code), stream \(stream), flags \(flags), \(payload.count) bytes"
    }
}
