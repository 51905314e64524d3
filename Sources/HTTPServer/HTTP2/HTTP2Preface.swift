/// What an HTTP/2 client that knows its server sends first (RFC 9113 §3.4).
enum HTTP2Preface {
    private static let text: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    static let count = text.utf8CodeUnitCount

    enum Match { case whole, partial, none }

    /// How much of it stands at the beginning of `bytes`; `partial` also when there are none.
    static func match(_ bytes: Span<UInt8>) -> Match {
        text.withUTF8Buffer { text in
            for index in 0..<min(bytes.count, text.count) where bytes[index] != text[index] {
                return .none
            }
            return bytes.count < text.count ? .partial : .whole
        }
    }
}
