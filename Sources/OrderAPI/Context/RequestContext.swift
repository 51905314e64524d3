internal import HTTPServer
internal import Orders
package import Text

/// The identifiers that a request shares with its response, event, header fields and log lines.
package struct RequestContext: Sendable {
    package let correlationID: CorrelationID
    package let trace: TraceContext
}

/// Creates the context of a request from its header fields.
package struct RequestStamp: Sendable {
    private let random: RandomSource
    private let clock: WallClock

    package init(random: RandomSource, clock: WallClock) {
        self.random = random
        self.clock = clock
    }

    /// Returns the id of an order that is placed now.
    func newOrderID() -> OrderID { random.uuid(at: clock.now()) }

    /// Returns the age of an order according to its id; `nil` when the id contains no time.
    func age(of orderID: OrderID) -> Duration? {
        orderID.time.map {
            .milliseconds(clock.now().millisecondsSinceEpoch - $0.millisecondsSinceEpoch)
        }
    }

    /// Returns the client's correlation id if it is valid, or a new UUIDv7.
    ///
    /// Without `X-Correlation-ID`, `X-Request-ID` is used, because proxies and clients often send
    /// this field.
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

    /// Continues the client's trace with a new span, or begins a new trace.
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
            // Without a valid traceparent the state has no meaning (W3C Trace Context §3.3).
            state: fields.combined(.tracestate, limitBytes: TraceParent.maximumStateBytes)
                .flatMap { Self.isSound($0) ? $0 : nil }
        )
    }

    private static func isSound(_ state: String) -> Bool {
        !state.isEmpty && state.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
