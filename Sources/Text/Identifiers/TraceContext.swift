/// The gateway's span of a distributed trace (W3C Trace Context).
package struct TraceContext: Equatable, Sendable {
    package let traceID: TraceID
    /// The span of this request, which is the parent of all reactions to its event.
    package let spanID: SpanID
    /// The caller's flags, such as `01` for sampled (§3.2.2.5).
    package let flags: UInt8
    /// The caller's state, passed on unchanged (§3.3); `nil` when there was none to pass on.
    package let state: String?

    package init(traceID: TraceID, spanID: SpanID, flags: UInt8, state: String?) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.state = state
    }

    /// The flag of a trace that is recorded (§3.2.2.5.1).
    package static let sampledFlag: UInt8 = 1

    /// Whether the caller, or this gateway, records the trace.
    package var isSampled: Bool { flags & Self.sampledFlag != 0 }

    /// Returns another span of the same trace.
    package func with(spanID: SpanID) -> TraceContext {
        TraceContext(traceID: traceID, spanID: spanID, flags: flags, state: state)
    }

    /// The length of a `traceparent` in bytes.
    package static let parentBytes = TraceParent.length

    /// Appends the `traceparent` for later services.
    package func writeParent(to output: inout OutputSpan<UInt8>) {
        output.append("00-")
        traceID.write(to: &output)
        output.append("-")
        spanID.write(to: &output)
        output.append("-")
        output.append(HexDigits.digit(flags >> 4))
        output.append(HexDigits.digit(flags & 15))
    }
}
