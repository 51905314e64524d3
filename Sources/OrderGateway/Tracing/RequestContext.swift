internal import HTTPServer
internal import HTTPTypes
internal import Orders

/// The identifiers that follow one request through answer, event, headers and log.
package struct RequestContext: Sendable {
    package enum Limits {
        /// Longest correlation id taken from a client, in bytes.
        package static let correlationIDBytes = 128
    }

    package let correlationID: String
    package let trace: TraceContext
}

/// Makes the context of a request from its fields.
package struct RequestStamp: Sendable {
    private let random: RandomSource
    private let clock: WallClock

    package init(random: RandomSource, clock: WallClock) {
        self.random = random
        self.clock = clock
    }

    /// The client's correlation id if it is 1 to 128 visible ASCII characters, else a new UUIDv7.
    func correlationID(_ fields: FieldSection?) -> String {
        if let sent = fields?.first(.correlationID), fields?.lines(of: .correlationID) == 1,
            (1...RequestContext.Limits.correlationIDBytes).contains(sent.count),
            sent.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            return String(decoding: sent, as: UTF8.self)
        }
        return random.uuid(at: clock.now()).description
    }

    /// Continues the client's trace with a span of ours, or begins a new trace.
    func context(_ fields: FieldSection) -> RequestContext {
        RequestContext(correlationID: correlationID(fields), trace: trace(fields))
    }

    private func trace(_ fields: FieldSection) -> TraceContext {
        let spanID = random.spanID()
        guard fields.lines(of: .traceparent) == 1, let text = fields.first(.traceparent),
            let parent = TraceParent(text)
        else {
            return TraceContext(traceID: random.traceID(), spanID: spanID, flags: 0, state: nil)
        }
        // Without a valid traceparent the state means nothing (W3C Trace Context §3.3).
        let state = fields[.tracestate].flatMap { state in
            let isSound =
                (1...TraceParent.maximumStateBytes).contains(state.utf8.count)
                && state.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            return isSound ? state : nil
        }
        return TraceContext(
            traceID: parent.traceID,
            spanID: spanID,
            flags: parent.flags,
            state: state
        )
    }
}
