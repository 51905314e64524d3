/// The first bytes of an HTTP/2 client with prior knowledge (RFC 9113 §3.4).
enum HTTP2Preface {
    private static let text: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    static let count = text.utf8CodeUnitCount

    enum Match { case whole, partial, none }

    /// Returns how much of the preface `bytes` begins with; `partial` also when there are no bytes.
    static func match(_ bytes: Span<UInt8>) -> Match {
        text.withUTF8Buffer { text in
            for index in 0..<min(bytes.count, text.count) where bytes[index] != text[index] {
                return .none
            }
            return bytes.count < text.count ? .partial : .whole
        }
    }
}
