internal import HTTPServer
internal import Orders
package import Telemetry
package import Text

/// The data that belongs to one request in response, event, header fields and log, from its
/// admission to its end.
///
/// It belongs to the request's head and is reused for the next request, so no code keeps it for
/// longer than the request.
///
/// Sendable because it is filled during the admission of the request, before other code can see it.
package final class RequestContext: @unchecked Sendable {
    // All properties change only in this class, which makes no callbacks meanwhile.
    @exclusivity(unchecked) package private(set) var correlationID: CorrelationID
    @exclusivity(unchecked) private var begunTrace: TraceContext?
    /// The client's span, if the client sent one.
    @exclusivity(unchecked) private(set) var parentSpanID: SpanID?
    /// The rest of the client's quota after this request, or `nil` when there is no quota.
    @exclusivity(unchecked) private(set) var quota: RateLimiter.Quota?

    init(_ correlationID: CorrelationID) {
        self.correlationID = correlationID
    }

    /// The gateway's span in the client's trace or in a new one; see
    /// ``RequestStamp/beginTrace(_:_:)``.
    package var trace: TraceContext {
        guard let begunTrace else { preconditionFailure("the request has no trace yet") }
        return begunTrace
    }

    fileprivate var sampledTrace: TraceID? { isSampled ? begunTrace?.traceID : nil }

    /// The trace of a request that publishes, and of any request while traces are recorded.
    package var traceIfBegun: TraceContext? { begunTrace }

    /// Resets the context for another request.
    func begin(_ correlationID: CorrelationID) {
        self.correlationID = correlationID
        if begunTrace != nil { begunTrace = nil }
        quota = nil
    }

    var hasTrace: Bool { begunTrace != nil }

    /// Whether the trace is recorded, provided that traces are.
    var isSampled: Bool { begunTrace?.isSampled ?? false }

    func begin(_ trace: TraceContext, parent: SpanID?) {
        begunTrace = trace
        parentSpanID = parent
    }

    func note(_ quota: RateLimiter.Quota?) { self.quota = quota }
}

extension RequestHead {
    /// The trace of the request, if it has begun and is sampled; for metrics.
    package var sampledTrace: TraceID? {
        guard isAdmitted, let context, type(of: context) == RequestContext.self else { return nil }
        return unsafeDowncast(context, to: RequestContext.self).sampledTrace
    }

    /// The context of a request that has been admitted.
    package var requestContext: RequestContext {
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
    /// Records requests; `nil` to record nothing.
    let tracer: Tracer?

    package init(random: RandomSource, clock: WallClock, tracer: Tracer? = nil) {
        self.random = random
        self.clock = clock
        self.tracer = tracer
    }

    /// Returns the time of an order that is placed now, and its id.
    func newOrder() -> (time: Timestamp, id: OrderID) {
        let now = clock.now()
        return (now, random.uuid(at: now))
    }

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

    /// Prepares a context for a request.
    func begin(_ context: RequestContext, _ head: RequestHead) {
        context.begin(correlationID(head))
    }

    /// Continues the client's trace with a new span, or begins a new trace.
    ///
    /// Unless requests are recorded, only those that publish need a trace, and most requests read.
    func beginTrace(_ context: RequestContext, _ head: RequestHead) {
        guard case .once(let text) = head.single(.traceparent), let parent = TraceParent(text)
        else {
            let traceID = random.traceID()
            let flags = flags(of: traceID, parent: nil)
            context.begin(trace(traceID, flags, state: nil), parent: nil)
            return
        }
        let flags = flags(of: parent.traceID, parent: parent.flags)
        // Without a valid traceparent the state has no meaning (W3C Trace Context §3.3).
        let state = head.fields.combined(.tracestate, limitBytes: TraceParent.maximumStateBytes)
            .flatMap { TraceParent.isSound(state: $0.utf8.span) ? $0 : nil }
        context.begin(trace(parent.traceID, flags, state: state), parent: parent.parentID)
    }

    private func trace(_ traceID: TraceID, _ flags: UInt8, state: String?) -> TraceContext {
        TraceContext(
            traceID: traceID,
            spanID: random.spanID(isSampled: flags & TraceContext.sampledFlag != 0),
            flags: flags,
            state: state
        )
    }

    /// Returns the flags to pass on: the client's, with our own decision if requests are recorded.
    private func flags(of traceID: TraceID, parent: UInt8?) -> UInt8 {
        let flags = parent ?? 0
        guard let tracer else { return flags }
        return tracer.sampler.samples(traceID, parentFlags: parent)
            ? flags | TraceContext.sampledFlag : flags & ~TraceContext.sampledFlag
    }
}
