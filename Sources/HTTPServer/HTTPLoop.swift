internal import Transport

/// The state that the HTTP connections of one event loop share: the handler, the limits, and memory
/// that requests reuse.
///
/// It is Sendable because only its event loop's thread accesses it.
final class HTTPLoop: ConnectionHandler, @unchecked Sendable {
    let loop: EventLoop
    let handler: any RequestHandler
    let limits: ServerLimits
    private let observer: (any ServerObserver)?
    /// The heads that the next requests of this event loop reuse.
    let heads: RequestHeads
    /// The HTTP/2 streams that the next requests of this event loop reuse.
    let streams = HTTP2Streams()
    let memory = HTTP2Memory()
    /// The content that the connections of this event loop hold, in bytes: see
    /// ``ServerLimits/heldBodyBytes``.
    @exclusivity(unchecked) var heldBodyBytes = 0
    /// The buffer for encoded responses; it is sent before any other code of this event loop runs.
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

    /// The `Date` field of the responses of this turn.
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

    // These two spare their caller a copy of the handler.

    /// Lets the handler decide on a request; see ``RequestHead/isRefused``.
    func admit(_ head: RequestHead, client: ClientNetwork?, now: MonotonicTime) {
        _ = head.admit(by: handler, client: client, now: now)
    }

    /// Lets the handler answer a request.
    func answer(_ request: Request) -> Answer { handler.answer(request) }

    /// Reports that a request has begun: its head is complete, or invalid input is refused instead.
    func began() { observer?.requestBegan() }

    /// Returns the response to input that cannot be handled as a request.
    func respond(to error: RequestError, _ head: RequestHead?) -> Response {
        if error.isShed { observer?.shed(error) }
        return handler.respond(to: error, head)
    }

    /// Reports that a request that had begun is over.
    func finished(_ head: RequestHead?, _ outcome: RequestOutcome) {
        ended(head, outcome)
        if let head { heads.giveBack(head) }
    }

    /// Reports the same for a request whose head the caller keeps.
    func ended(_ head: RequestHead?, _ outcome: RequestOutcome) {
        if let head, head.isAdmitted { handler.finished(head, outcome) }
        observer?.requestFinished(head, outcome)
    }
}
