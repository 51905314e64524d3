/// The `traceparent` of a caller (W3C Trace Context §3.2).
package struct TraceParent: Equatable, Sendable {
    /// The length of `version-traceid-parentid-flags` in version 00.
    static let length = 55
    /// The size of `tracestate` that every implementation should pass on (§3.3.1.5).
    package static let maximumStateBytes = 512

    /// Whether a `tracestate` can be passed on: it is not empty, not too large, and printable ASCII.
    package static func isSound(state: Span<UInt8>) -> Bool {
        guard (1...maximumStateBytes).contains(state.count) else { return false }
        for index in state.indices where !(0x20...0x7E).contains(state[index]) { return false }
        return true
    }

    package let traceID: TraceID
    package let parentID: SpanID
    package let flags: UInt8

    /// - Returns: `nil` for an invalid value, which starts a new trace (§3.2.2).
    package init?(_ text: ArraySlice<UInt8>) {
        // Additional data of later versions is not used here.
        let text = Array(text.prefix(Self.length + 1))
        let dash = UInt8(ascii: "-")
        guard text.count >= Self.length, text[2] == dash, text[35] == dash, text[52] == dash,
            let version = Self.byte(text[0..<2]), version != 0xFF,
            // Later versions may add fields after another dash (§3.2.4).
            version == 0
                ? text.count == Self.length : text.count == Self.length || text[55] == dash,
            let traceID = TraceID(text[3..<35]), let parentID = SpanID(text[36..<52]),
            let flags = Self.byte(text[53..<55])
        else { return nil }
        self.traceID = traceID
        self.parentID = parentID
        // Version 00 defines two bits. The gateway must not pass on the other bits (§3.2.2.5.3).
        self.flags = flags & 0b11
    }

    /// Reads two digits without upper-case letters (§3.2.2.1).
    private static func byte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        var value: UInt8 = 0
        for digit in digits {
            guard let half = HexDigits.lowerCaseValue(digit) else { return nil }
            value = value << 4 | half
        }
        return value
    }
}
