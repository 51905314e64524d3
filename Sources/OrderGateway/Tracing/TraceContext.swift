package import Orders

/// Our span of a distributed trace (W3C Trace Context).
package struct TraceContext: Equatable, Sendable {
    package let traceID: TraceID
    /// The span of this request: the parent of whatever reacts to its event.
    package let spanID: SpanID
    /// The flags of the caller, such as `01` for sampled (§3.2.2.5).
    package let flags: UInt8
    /// Passed on untouched (§3.3); `nil` when there was none worth passing on.
    package let state: String?

    package init(traceID: TraceID, spanID: SpanID, flags: UInt8, state: String?) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.state = state
    }

    /// Appends the `traceparent` for what comes after us.
    package func appendParent(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "00-".utf8)
        traceID.append(to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        spanID.append(to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(Self.digit(flags >> 4))
        bytes.append(Self.digit(flags & 15))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

/// A caller's `traceparent` (W3C Trace Context §3.2).
package struct TraceParent: Equatable, Sendable {
    /// `version-traceid-parentid-flags` in version 00.
    static let length = 55
    /// What §3.3.1.5 asks everyone to be able to pass on.
    static let maximumStateBytes = 512

    package let traceID: TraceID
    package let parentID: SpanID
    package let flags: UInt8

    /// - Returns: `nil` for anything that is not valid: then a new trace begins (§3.2.2).
    package init?(_ text: ArraySlice<UInt8>) {
        // What later versions may add is of no use here.
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
        // Version 00 knows two bits; the others are not ours to pass on (§3.2.2.5.3).
        self.flags = flags & 0b11
    }

    private static func byte(_ digits: ArraySlice<UInt8>) -> UInt8? {
        var value: UInt8 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: value = value << 4 | (digit - 0x30)
            case 0x61...0x66: value = value << 4 | (digit - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }
}
