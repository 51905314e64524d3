/// The input of a connection before it was identified as HTTP/2.
struct HTTP2Start: Sendable {
    /// An HTTP/1.1 request that asks for HTTP/2 (RFC 7540 §3.2), the alternative to prior knowledge
    /// in cleartext.
    ///
    /// RFC 9113 §3.1 no longer recommends it, but clients still use it.
    struct Upgrade: Sendable {
        static let answer = Array(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n".utf8
        )

        let request: Request
        /// The payload of the SETTINGS frame that `HTTP2-Settings` contains.
        let settings: [UInt8]

        /// - Parameter request: A request whose `Connection` names `Upgrade`.
        /// - Returns: `nil` when the request does not ask for HTTP/2 or does so incorrectly; the
        ///   server then answers it as HTTP/1.1 (RFC 9110 §7.8).
        ///
        /// `Connection` must also name `HTTP2-Settings` (RFC 7540 §3.2.1). Otherwise a proxy that
        /// knows neither field may have forwarded it. A connection that is to be closed is not
        /// upgraded.
        init?(_ request: Request) {
            let fields = request.fields
            guard request.head.framing.keepsAlive, fields.names("HTTP2-Settings", in: .connection),
                fields.names("h2c", in: .upgrade), fields.lines(of: .http2Settings) == 1,
                let encoded = fields.first(.http2Settings),
                let settings = Base64URL.decode(encoded), settings.count % 6 == 0
            else { return nil }
            self.request = request
            self.settings = settings
        }
    }

    /// The bytes that were already read: the preface, unless there was an upgrade, and the bytes
    /// after it.
    let received: [UInt8]
    let upgrade: Upgrade?
}

extension FieldName {
    fileprivate static let connection = FieldName("Connection")
    fileprivate static let http2Settings = FieldName("HTTP2-Settings")
}

/// The base64url alphabet without padding (RFC 4648 §5), as `HTTP2-Settings` uses it.
enum Base64URL {
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        // A single remaining character cannot encode a byte.
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in text {
            guard let value = value(character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x41...0x5A: character - 0x41
        case 0x61...0x7A: character - 0x61 + 26
        case 0x30...0x39: character - 0x30 + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
