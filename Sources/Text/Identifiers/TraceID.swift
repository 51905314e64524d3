/// The identifier of a distributed trace (W3C Trace Context §3.2.2.3): 16 bytes, never all zero.
package struct TraceID: Hashable, Sendable, TextForm {
    package let high: UInt64
    package let low: UInt64

    /// - Returns: `nil` when all bits are zero, which means "no trace".
    package init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    /// Derives the trace of an event that names none.
    ///
    /// The trace has the bits of the event's id, so it is the same at each reading of the event. It
    /// is 1 if all bits are zero.
    package init(derivedFrom id: UUID) {
        high = id.high
        low = id.high == 0 && id.low == 0 ? 1 : id.low
    }

    /// Reads 32 lower-case hexadecimal digits.
    package init?(_ text: Span<UInt8>) {
        guard let (high, low) = HexDigits.lowerCaseWords(text) else { return nil }
        self.init(high: high, low: low)
    }

    package init?(_ text: ArraySlice<UInt8>) {
        self.init(text.span)
    }

    package init?(_ text: String) {
        self.init(text.utf8.span)
    }

    package static let longestText = 32

    package func write(to output: inout OutputSpan<UInt8>) {
        HexDigits.append(high, to: &output)
        HexDigits.append(low, to: &output)
    }
}

/// The identifier of one span of a trace (W3C Trace Context §3.2.2.4): 8 bytes, never all zero.
package struct SpanID: Hashable, Sendable, TextForm {
    package let value: UInt64

    /// - Returns: `nil` for zero, which means "no span".
    package init?(_ value: UInt64) {
        guard value != 0 else { return nil }
        self.value = value
    }

    /// Derives the span of an event that names none: the low bits of the event's id, or 1 if they
    /// are zero.
    package init(derivedFrom id: UUID) {
        value = id.low == 0 ? 1 : id.low
    }

    /// The bits that are zero in the id of a span that is recorded.
    ///
    /// Of the other ids that a gateway makes none has only zeros there. So whoever consumes an event
    /// knows of most events that they are not recorded, without a look for the flag in the headers.
    private static let markBits: UInt64 = 0x3F

    /// Whether a gateway may have made the id for a span that is recorded.
    package var isMarkedAsSampled: Bool { value & Self.markBits == 0 }

    /// Makes an id from random bits; `nil` if they do not serve.
    init?(_ bits: UInt64, isSampled: Bool) {
        guard isSampled else {
            self.init(bits & Self.markBits == 0 ? bits | 1 : bits)
            return
        }
        self.init(bits & ~Self.markBits)
    }

    /// Reads 16 lower-case hexadecimal digits.
    package init?(_ text: Span<UInt8>) {
        guard let value = HexDigits.lowerCaseWord(text) else { return nil }
        self.init(value)
    }

    package init?(_ text: ArraySlice<UInt8>) {
        self.init(text.span)
    }

    package init?(_ text: String) {
        self.init(text.utf8.span)
    }

    package static let longestText = 16

    package func write(to output: inout OutputSpan<UInt8>) {
        HexDigits.append(value, to: &output)
    }
}
