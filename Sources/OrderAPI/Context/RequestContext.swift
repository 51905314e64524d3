internal import HTTPServer
internal import Orders
package import Text

/// What follows one request through answer, event, headers and log, from its admission to its end.
///
/// It goes with the request's head, and serves the next request after it: nobody holds it for longer
/// than the request.
///
/// Sendable because it is filled when the request is admitted, before anyone else is shown it.
package final class RequestContext: @unchecked Sendable {
    // All of it is changed only here, and nothing is called back meanwhile.
    @exclusivity(unchecked) package private(set) var correlationID: CorrelationID
    @exclusivity(unchecked) private var begunTrace: TraceContext?
    /// What is left of the client's quota with this request, or `nil` when there is none.
    @exclusivity(unchecked) private(set) var quota: RateLimiter.Quota?

    init(_ correlationID: CorrelationID) {
        self.correlationID = correlationID
    }

    /// Our span of the client's trace, or of a new one: see ``RequestStamp/beginTrace(_:_:)``.
    package var trace: TraceContext {
        guard let begunTrace else { preconditionFailure("the request has no trace yet") }
        return begunTrace
    }

    /// Begins to follow another request.
    func begin(_ correlationID: CorrelationID) {
        self.correlationID = correlationID
        if begunTrace != nil { begunTrace = nil }
        quota = nil
    }

    func begin(_ trace: TraceContext) { begunTrace = trace }

    func note(_ quota: RateLimiter.Quota?) { self.quota = quota }
}

extension RequestHead {
    /// The context of a request that has been admitted.
    var requestContext: RequestContext {
        guard let context else { preconditionFailure("a request without a context") }
        return unsafeDowncast(context, to: RequestContext.self)
    }
}

extension Request {
    var context: RequestContext { head.requestContext }
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
    func correlationID(_ head: RequestHead?) -> CorrelationID {
        if let head, let id = Self.sentID(head) { return id }
        return .made(random.uuid(at: clock.now()))
    }

    private static func sentID(_ head: RequestHead) -> CorrelationID? {
        var sent = head.single(.correlationID)
        if case .absent = sent { sent = head.single(.requestID) }
        guard case .once(let value) = sent else { return nil }
        return CorrelationID(value)
    }

    /// Has a context follow a request.
    func begin(_ context: RequestContext, _ head: RequestHead) {
        context.begin(correlationID(head))
    }

    /// Continues the client's trace with a new span, or begins a new trace.
    ///
    /// Only requests that publish need one; most read.
    func beginTrace(_ context: RequestContext, _ fields: FieldSection) {
        context.begin(trace(fields))
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
