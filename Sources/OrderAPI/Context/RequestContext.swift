internal import HTTPServer
internal import Orders
package import Text

/// The identifiers that follow one request through answer, event, headers and log.
package struct RequestContext: Sendable {
    package let correlationID: CorrelationID
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

    /// The id for an order that begins now.
    func newOrderID() -> OrderID { random.uuid(at: clock.now()) }

    /// How long ago an order was placed, by its id; `nil` when the id does not tell.
    func age(of orderID: OrderID) -> Duration? {
        orderID.time.map {
            .milliseconds(clock.now().millisecondsSinceEpoch - $0.millisecondsSinceEpoch)
        }
    }

    /// The client's correlation id if it sent one that can be taken, else a new UUIDv7.
    ///
    /// Without `X-Correlation-ID`, `X-Request-ID` is one: proxies and clients call it so as often.
    func correlationID(_ fields: FieldSection?) -> CorrelationID {
        if let fields, let id = Self.sentID(fields) { return id }
        return .made(random.uuid(at: clock.now()))
    }

    private static func sentID(_ fields: FieldSection) -> CorrelationID? {
        var sent = fields.single(.correlationID)
        if case .absent = sent { sent = fields.single(.requestID) }
        guard case .once(let value) = sent else { return nil }
        return CorrelationID(value)
    }

    /// Continues the client's trace with a span of ours, or begins a new trace.
    func context(_ fields: FieldSection) -> RequestContext {
        RequestContext(correlationID: correlationID(fields), trace: trace(fields))
    }

    private func trace(_ fields: FieldSection) -> TraceContext {
        let spanID = random.spanID()
        guard case .once(let text) = fields.single(.traceparent), let parent = TraceParent(text)
        else {
            return TraceContext(traceID: random.traceID(), spanID: spanID, flags: 0, state: nil)
        }
        return TraceContext(
            traceID: parent.traceID,
            spanID: spanID,
            flags: parent.flags,
            // Without a valid traceparent the state means nothing (W3C Trace Context §3.3).
            state: fields.combined(.tracestate, limitBytes: TraceParent.maximumStateBytes)
                .flatMap { Self.isSound($0) ? $0 : nil }
        )
    }

    private static func isSound(_ state: String) -> Bool {
        !state.isEmpty && state.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
