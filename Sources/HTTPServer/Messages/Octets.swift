/// The byte classes of HTTP's grammar, as bit sets: one shift and one mask a byte.
enum Octets {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let semicolon = UInt8(ascii: ";")
    static let slash = UInt8(ascii: "/")
    static let questionMark = UInt8(ascii: "?")
    static let percent = UInt8(ascii: "%")
    static let asterisk = UInt8(ascii: "*")

    /// A set of ASCII characters; no byte above 127 is ever a member.
    struct Set {
        private let low: UInt64
        private let high: UInt64

        init(_ characters: StaticString) {
            var low: UInt64 = 0
            var high: UInt64 = 0
            characters.withUTF8Buffer { buffer in
                for byte in buffer {
                    if byte < 64 {
                        low |= 1 << UInt64(byte)
                    } else {
                        high |= 1 << UInt64(byte - 64)
                    }
                }
            }
            self.low = low
            self.high = high
        }

        @inline(__always)
        func contains(_ byte: UInt8) -> Bool {
            guard byte < 128 else { return false }
            return (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte & 63)) & 1 == 1
        }
    }

    /// `tchar` of RFC 9110 §5.6.2.
    static let token = Set(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    )

    /// What a path and query may hold (RFC 3986 §3.3, §3.4); a `%` must also begin an escape.
    static let target = Set(
        "-._~!$&'()*+,;=:@/?%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    )

    /// What a `Host` or authority may hold (RFC 3986 §3.2.2); no user information.
    static let host = Set(
        "-._~!$&'()*+,;=:%[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    )

    /// `field-vchar`, SP and HTAB of RFC 9110 §5.5.
    @inline(__always)
    static func isFieldValue(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7F : byte == tab
    }

    @inline(__always)
    static func isWhitespace(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// The value of a hexadecimal digit, or `nil`.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Whether `bytes` is `lowercase`, letters of either case being the same.
    static func equal(_ bytes: some Collection<UInt8>, ignoringCase lowercase: StaticString) -> Bool
    {
        guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
        return lowercase.withUTF8Buffer { zip(bytes, $0).allSatisfy { lowercased($0) == $1 } }
    }
}
