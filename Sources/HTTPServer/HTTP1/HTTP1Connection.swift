internal import Transport

/// Serves one connection: reads, has requests parsed and answered one after the other, writes.
///
/// Requests that were sent ahead (pipelining, RFC 9112 §9.3.2) wait in the buffer and in the socket:
/// one is in flight at a time, so the answers are in order by themselves, and nothing is read while an
/// answer is being made.
///
/// ``advance()`` does all that needs no waiting, and says what has to be waited for; the waiting is
/// the task's, in ``run()``. A request that comes while the task waits for input is answered where
/// epoll reported it, if its handler has the answer at once: the task stays suspended.
///
/// Sendable because it never leaves its loop's thread: the connection's task is pinned to the loop.
/// What is changed with every request is changed by no one whom its own methods could call, so that
/// it need not be checked at run time whether two changes overlap.
final class HTTP1Connection: ChannelOwner, @unchecked Sendable {
    /// What has to be waited for before the connection can go on.
    enum Step {
        case input(Channel.InputWait)
        /// The socket takes no more for now.
        case room
        case response(Answer.Pending)
        /// The content of the answer, whose head has been written.
        case stream(Response.Stream)
        /// The other connections' turn: this one has had its share.
        case turn
        case end(ConnectionEnd)
    }

    let channel: Channel
    let shared: HTTPLoop
    /// ``ServerLimits/idleTimeout`` in nanoseconds, for it is needed with every request.
    private let idleTimeout: Int64
    @exclusivity(unchecked) private var input = InputBuffer()
    @exclusivity(unchecked) private var parser: RequestParser
    /// The part that is being read, and since when.
    private var part: (phase: RequestParser.Phase, start: MonotonicTime)?
    @exclusivity(unchecked) var share = TurnShare()
    private var requestCount = 0
    /// This connection's part of the loop's ``HTTPLoop/heldBodyBytes``.
    private var heldBytes = 0
    /// The request that is read, answered, or whose answer is being sent.
    @exclusivity(unchecked) private(set) var head: RequestHead?
    /// What is being sent in answer.
    @exclusivity(unchecked) private var answer: (status: Status, bytes: Int)?
    /// What the socket did not take yet, and by when it has to.
    @exclusivity(unchecked) var unsent: ArraySlice<UInt8> = []
    @exclusivity(unchecked) private(set) var writeDeadline = MonotonicTime.distantFuture
    /// Whether the connection is to end, and only what has been sent by now is still read.
    private var isLastRead = false
    /// Whether that is for a newcomer's sake, for whom its descriptor is needed at once.
    private var isDisplaced = false
    /// How it ends, once everything is written.
    @exclusivity(unchecked) var ending: ConnectionEnd?
    /// What ``inputArrived()`` left for the task.
    private var left: Step?
    /// The connection's task, while it runs.
    var task: UnsafeCurrentTask?
    /// What the task does in the handler's code.
    var work = Work.none
    /// Whether a piece of streamed content is being written.
    var isWriting = false
    /// Whether the client left before its answer: what it can still be sent is not known to arrive.
    var hasLeft = false
    /// Why the answer is not complete, once it is known that it will not be.
    var failure: RequestOutcome.Ending?

    init(channel: Channel, shared: HTTPLoop) {
        self.channel = channel
        self.shared = shared
        parser = RequestParser(heads: shared.heads)
        idleTimeout = MonotonicTime.nanoseconds(of: shared.limits.idleTimeout)
    }

    /// Runs until there is nothing more to answer; the caller closes the channel.
    func serve() async -> ConnectionEnd {
        // It can be cancelled for as long as this takes.
        await withUnsafeCurrentTask { task in
            self.task = task
            channel.owner = self
            let end = await run()
            channel.owner = nil
            self.task = nil
            hold(0)
            finished(failure ?? .clientLeft)
            return end
        }
    }

    private func run() async -> ConnectionEnd {
        while true {
            switch left.take() ?? advance() {
            case .input(let wait):
                switch await channel.waitForInput(wait) {
                case .ready: break
                // What the client has sent by now is in flight.
                case .draining: (isLastRead, isDisplaced) = (true, false)
                case .displaced: (isLastRead, isDisplaced) = (true, true)
                case .aborted:
                    failure = .cutOff
                    return .drop
                case .timedOut: timedOut()
                }
            case .room: guard await waitForRoom() else { return .drop }
            case .response(let pending): left = finish(await response(of: pending))
            case .stream(let content): await stream(content)
            case .turn: await channel.loop.nextTurn()
            case .end(let end): return end
            }
        }
    }

    /// - Returns: `false` when the socket will take nothing more.
    func waitForRoom() async -> Bool {
        switch await channel.waitUntilWritable(until: writeDeadline) {
        case .ready: return true
        case .timedOut: failure = .timedOut
        case .draining, .displaced, .aborted: failure = .cutOff
        }
        return false
    }

    func inputArrived() -> Channel.InputWait? {
        let step = advance()
        if case .input(let wait) = step { return wait }
        left = step
        return nil
    }

    /// Goes on as far as that is possible without waiting.
    private func advance() -> Step {
        // The loop reads other connections' bytes into the same place afterwards.
        defer { input.keep() }
        while true {
            switch writeUnsent() {
            case .done: if answer != nil, failure == nil { finished(.complete) }
            case .wouldBlock: return .room
            case .failed: return .end(.drop)
            }
            if let ending { return .end(ending) }
            if share.isUsedUp(in: channel.loop.turnNumber) { return .turn }
            do throws(RequestError) {
                switch try parser.next(&input, limits: shared.limits) {
                case .needsMore:
                    if let step = try readMore() { return step }
                case .head(let head):
                    if let step = try admit(head) { return step }
                case .content(let body):
                    if let step = answer(body) { return step }
                case .http2Preface: ending = .http2(start(nil))
                // Only of content that begins.
                case .continueExpected: break
                }
            } catch {
                refuse(error)
            }
        }
    }

    // MARK: Reading

    /// - Returns: `nil` when something was read, or nothing will be any more.
    private func readMore() throws(RequestError) -> Step? {
        let phase = parser.phase
        if phase == .body, hold(parser.keptBytes + input.count),
            shared.heldBodyBytes > shared.limits.heldBodyBytes
        {
            throw .overloaded
        }
        if part?.phase != phase { part = (phase, channel.loop.now) }
        let wait = Channel.InputWait(
            deadline: deadline(of: phase, since: part?.start ?? channel.loop.now),
            isIdle: phase == .betweenRequests
        )
        input.keep()
        switch channel.read() {
        case .done(0): return .end(.close)
        case .failed: return .end(.drop)
        case .wouldBlock where isLastRead: return .end(isDisplaced ? .close : .linger)
        case .wouldBlock: return .input(wait)
        case .done(let count):
            isLastRead = false
            input.lend(UnsafeRawBufferPointer(rebasing: channel.loop.readBuffer[..<count]))
            // A client that always has more ready never waits, and so is never timed out there.
            if !wait.isIdle, channel.loop.now >= wait.deadline {
                throw .timedOut(limit: timeout(of: phase))
            }
            share.takeStep(in: channel.loop.turnNumber)
            return nil
        }
    }

    /// Nothing came in time.
    private func timedOut() {
        let phase = parser.phase
        if phase == .betweenRequests {
            ending = .close
        } else {
            refuse(.timedOut(limit: timeout(of: phase)))
        }
    }

    /// Notes how much content this connection holds; returns whether that is more than before.
    @discardableResult
    private func hold(_ bytes: Int) -> Bool {
        let growth = bytes - heldBytes
        heldBytes = bytes
        shared.heldBodyBytes += growth
        return growth > 0
    }

    private func deadline(
        of phase: RequestParser.Phase,
        since start: MonotonicTime
    ) -> MonotonicTime {
        phase == .betweenRequests
            ? start.advanced(nanoseconds: idleTimeout) : start.advanced(by: timeout(of: phase))
    }

    private func timeout(of phase: RequestParser.Phase) -> Duration {
        switch phase {
        case .betweenRequests: shared.limits.idleTimeout
        case .head: shared.limits.headTimeout
        case .body: shared.limits.timeout(ofBodyWith: parser.bodyBytes)
        }
    }

    // MARK: Answering

    /// - Returns: `nil` when the connection can go on.
    private func admit(_ head: RequestHead) throws(RequestError) -> Step? {
        self.head = head
        shared.began()
        let isAccepted = head.admit(
            by: shared.handler,
            client: channel.client,
            now: channel.loop.now
        )
        guard head.framing.content != .none else { return answer([]) }
        if !isAccepted, head.framing.expectsContinue, let refusal = head.takeRefusal() {
            // Whether the content comes now is the client's to say, so the next request may be
            // anywhere (RFC 9110 §10.1.1).
            end()
            return finish(refusal, closes: true)
        }
        let routeLimit = isAccepted ? head.route?.bodyLimitBytes : nil
        switch try parser.readContent(
            &input,
            limits: shared.limits,
            limitBytes: routeLimit ?? shared.limits.bodyBytes,
            keeps: isAccepted
        ) {
        case .content(let body): return answer(body)
        case .continueExpected: unsent += ResponseEncoder.continueBytes
        case .needsMore, .head, .http2Preface: break
        }
        return nil
    }

    /// - Returns: `nil` when the answer is written, or as good as.
    private func answer(_ body: [UInt8]) -> Step? {
        part = nil
        guard let head else { preconditionFailure("content without a request") }
        // It is given once the content has been read, so that the next request can be found.
        if head.isRefused, let refusal = head.takeRefusal() { return finish(refusal) }
        let request = Request(head: head, body: body)
        if head.framing.asksToUpgrade, shared.limits.http2Upgrade == .on,
            let upgrade = HTTP2Start.Upgrade(request)
        {
            unsent += HTTP2Start.Upgrade.answer
            ending = .http2(start(upgrade))
            // It is stream 1's from now on.
            self.head = nil
            return nil
        }
        switch shared.handler.answer(request) {
        case .ready(let response): return finish(response)
        case .pending(let pending):
            hold(request.heldBytes)
            return .response(pending)
        }
    }

    /// Writes an answer.
    ///
    /// - Returns: `nil` when it is written, or as good as.
    private func finish(_ response: Response, closes: Bool = false) -> Step? {
        guard let head else { preconditionFailure("an answer without a request") }
        hold(0)
        requestCount += 1
        let framing = head.framing
        let keepsAlive =
            framing.keepsAlive && !closes && !channel.loop.isDraining && work != .cancelled
            && requestCount < shared.limits.requestsPerConnection
            && !(framing.isVersion10 && response.isStream)
        work = .none
        let connection: ResponseEncoder.Connection =
            if !keepsAlive { .close } else if framing.isVersion10 { .keepAliveVersion10 } else {
                .keepAlive
            }
        if !keepsAlive { end() }
        let isHead = head.method == .head
        send(
            response,
            omitsBody: isHead,
            connection: connection,
            isVersion10: framing.isVersion10
        )
        share.takeStep(in: channel.loop.turnNumber)
        guard case .stream(let content) = response.content, !isHead, !response.hasNoContent else {
            return nil
        }
        return .stream(content)
    }

    private func start(_ upgrade: HTTP2Start.Upgrade?) -> HTTP2Start {
        HTTP2Start(received: input.prefix(input.count), upgrade: upgrade)
    }

    /// Answers an error and ends the connection.
    private func refuse(_ error: RequestError) {
        if head == nil { shared.began() }
        let response = shared.respond(to: error, head)
        _ = head?.takeRefusal()
        end()
        send(response, omitsBody: parser.isHead, connection: .close)
    }

    private func end() {
        parser.stop()
        ending = .linger
    }

    /// The request is over, if there is one.
    func finished(_ ending: RequestOutcome.Ending) {
        guard head != nil || answer != nil else { return }
        let head = head.take()
        let answer = answer.take()
        shared.finished(
            head,
            RequestOutcome(
                status: answer?.status,
                sentBytes: answer?.bytes ?? 0,
                ending: ending == .complete && hasLeft ? .clientLeft : ending,
                start: head?.start ?? channel.loop.now
            )
        )
    }

    // MARK: Writing

    private func send(
        _ response: Response,
        omitsBody: Bool,
        connection: ResponseEncoder.Connection,
        isVersion10: Bool = false
    ) {
        // Not `let loop`, here and where it reads: references to it would be counted.
        shared.output.removeAll()
        ResponseEncoder.encode(
            response,
            omitsBody: omitsBody,
            connection: connection,
            isVersion10: isVersion10,
            date: shared.date,
            into: &shared.output
        )
        answer = (response.status, omitsBody ? 0 : response.body.count)
        sendOutput()
    }

    /// Sends what has been put together in the loop's buffer; the rest is kept.
    func sendOutput() {
        let written: Int
        switch shared.output.withUnsafeBytes({ channel.write($0) }) {
        case .done(let count): written = count
        case .wouldBlock: written = 0
        case .failed:
            failure = .clientLeft
            ending = .drop
            return
        }
        // The loop's buffer is the next answer's: what the socket did not take is kept apart.
        if written < shared.output.count {
            unsent = shared.output.withUnsafeBytes { ArraySlice($0[written...]) }
        }
    }

    func countSent(_ bytes: Int) { answer?.bytes += bytes }

    /// Writes what has been left over, as far as the socket takes it.
    func writeUnsent() -> IOResult {
        while !unsent.isEmpty {
            if writeDeadline == .distantFuture {
                writeDeadline = channel.loop.now.advanced(by: shared.limits.writeTimeout)
            }
            switch unsent.withUnsafeBytes({ channel.write($0) }) {
            case .done(let count): unsent = unsent.dropFirst(count)
            case let other: return other
            }
        }
        writeDeadline = .distantFuture
        return .done(0)
    }
}
