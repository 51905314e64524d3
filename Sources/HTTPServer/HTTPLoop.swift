internal import Transport

/// What the HTTP connections of one loop share: the handler, the limits, and the memory that is used
/// again for each request.
///
/// Sendable because it is touched on its loop's thread only.
final class HTTPLoop: ConnectionHandler, @unchecked Sendable {
    let loop: EventLoop
    let handler: any RequestHandler
    let limits: ServerLimits
    private let observer: (any ServerObserver)?
    /// The heads that the loop's next requests fill.
    let heads: RequestHeads
    /// Content that the loop's connections hold: see ``ServerLimits/heldBodyBytes``.
    @exclusivity(unchecked) var heldBodyBytes = 0
    /// Where answers are put together; sent before anything else on this loop runs.
    @exclusivity(unchecked) var output = OutputBuffer()
    @exclusivity(unchecked) private var dateField = DateField()

    init(
        _ loop: EventLoop,
        handler: any RequestHandler,
        limits: ServerLimits,
        observer: (any ServerObserver)? = nil
    ) {
        self.loop = loop
        self.handler = handler
        self.limits = limits
        self.observer = observer
        heads = RequestHeads { handler.makeContext() }
    }

    /// The `Date` field of this turn's answers.
    var date: [UInt8] { dateField.current(in: loop.turnNumber) }

    // MARK: Connections

    func serve(_ channel: Channel) async -> Channel.End {
        observer?.connectionOpened()
        defer { observer?.connectionClosed() }
        switch await HTTP1Connection(channel: channel, shared: self).serve() {
        case .http2(let start): return await serveHTTP2(channel, start)
        case .linger: return .linger
        case .close, .drop: return .close
        }
    }

    private func serveHTTP2(_ channel: Channel, _ start: HTTP2Start) async -> Channel.End {
        let http2 = HTTP2Connection(channel: channel, shared: self)
        return if case .linger = await http2.serve(start) { .linger } else { .close }
    }

    func refusal(limit: Int) -> [UInt8] {
        var answer = OutputBuffer()
        ResponseEncoder.encode(
            respond(to: .tooManyConnections(limit: limit), nil),
            omitsBody: false,
            connection: .close,
            date: date,
            into: &answer
        )
        return answer.withUnsafeBytes { Array($0) }
    }

    // MARK: Requests

    /// A request has begun: its head is complete, or what came instead of one is refused.
    func began() { observer?.requestBegan() }

    /// Makes the answer to what cannot be answered as a request.
    func respond(to error: RequestError, _ head: RequestHead?) -> Response {
        if error.isShed { observer?.shed(error) }
        return handler.respond(to: error, head)
    }

    /// A request that had begun is over.
    func finished(_ head: RequestHead?, _ outcome: RequestOutcome) {
        if let head, head.isAdmitted { handler.finished(head, outcome) }
        observer?.requestFinished(head, outcome)
        if let head { heads.giveBack(head) }
    }
}
