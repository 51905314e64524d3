internal import Glibc
internal import Transport

/// Serves one connection: reads, has requests parsed and answered one after the other, writes.
///
/// Requests that were sent ahead (pipelining, RFC 9112 §9.3.2) wait in the buffer: one is in flight
/// at a time, so the answers are in order by themselves.
///
/// ``advance()`` does all that needs no waiting, and says what has to be waited for; the waiting is
/// the task's, in ``serve()``. A request that comes while the task waits for input is answered where
/// epoll reported it, if its handler has the answer at once: the task stays suspended.
///
/// Sendable because it never leaves its loop's thread: the connection's task is pinned to the loop.
/// What is changed with every request is changed by no one whom its own methods could call, so that
/// it need not be checked at run time whether two changes overlap.
final class HTTP1Connection: InputConsumer, @unchecked Sendable {
    /// What has to be waited for before the connection can go on.
    private enum Step {
        case input(Channel.InputWait)
        /// The socket takes no more for now.
        case room
        case response(Answer.Pending)
        /// The other connections' turn: this one has had its share.
        case turn
        case end(ConnectionEnd)
    }

    private let channel: Channel
    private let shared: HTTPLoop
    /// ``ServerLimits/idleTimeout`` in nanoseconds, for it is needed with every request.
    private let idleTimeout: Int64
    @exclusivity(unchecked) private var input = InputBuffer()
    @exclusivity(unchecked) private var parser: RequestParser
    /// The part that is being read, and since when.
    private var part: (phase: RequestParser.Phase, start: MonotonicTime)?
    @exclusivity(unchecked) private var share = TurnShare()
    private var requestCount = 0
    /// This connection's part of the loop's ``HTTPLoop/heldBodyBytes``.
    private var heldBytes = 0
    /// The request whose answer is being waited for.
    private var asked: RequestHead?
    /// What the socket did not take yet, and by when it has to.
    @exclusivity(unchecked) private var unsent: ArraySlice<UInt8> = []
    private var writeDeadline = MonotonicTime.distantFuture
    /// Whether the connection is to end, and only what has been sent by now is still read.
    private var isLastRead = false
    /// Whether that is for a newcomer's sake, for whom its descriptor is needed at once.
    private var isDisplaced = false
    /// How it ends, once everything is written.
    private var ending: ConnectionEnd?
    /// What ``inputArrived()`` left for the task.
    private var left: Step?

    init(channel: Channel, shared: HTTPLoop) {
        self.channel = channel
        self.shared = shared
        parser = RequestParser(heads: shared.heads)
        idleTimeout = MonotonicTime.nanoseconds(of: shared.limits.idleTimeout)
    }

    /// Runs until there is nothing more to answer; the caller closes the channel.
    func serve() async -> ConnectionEnd {
        defer { hold(0) }
        while true {
            switch left.take() ?? advance() {
            case .input(let wait):
                switch await channel.waitForInput(wait, for: self) {
                case .ready: break
                // What the client has sent by now is in flight.
                case .draining: (isLastRead, isDisplaced) = (true, false)
                case .displaced: (isLastRead, isDisplaced) = (true, true)
                case .aborted: return .drop
                case .timedOut: timedOut()
                }
            case .room:
                guard await channel.waitUntilWritable(until: writeDeadline) == .ready else {
                    return .drop
                }
            case .response(let pending): finish(await pending())
            case .turn: await channel.loop.nextTurn()
            case .end(let end): return end
            }
        }
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
            switch write() {
            case .done: break
            case .wouldBlock: return .room
            case .failed: return .end(.drop)
            }
            if let ending { return .end(ending) }
            if share.isUsedUp(in: channel.loop.turnNumber) { return .turn }
            do throws(RequestError) {
                switch try parser.next(&input, limits: shared.limits) {
                case .needsMore:
                    if let step = try readMore() { return step }
                case .continueExpected: unsent += ResponseEncoder.continueBytes
                case .request(let request):
                    if let step = answer(request) { return step }
                case .http2Preface: ending = .http2(start(nil))
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
        if phase == .body, hold(parser.bodyBytes + input.count),
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

    /// - Returns: `nil` when the answer is written, or as good as.
    private func answer(_ request: Request) -> Step? {
        part = nil
        if request.head.framing.asksToUpgrade, shared.limits.http2Upgrade == .on,
            let upgrade = HTTP2Start.Upgrade(request)
        {
            unsent += HTTP2Start.Upgrade.answer
            ending = .http2(start(upgrade))
            return nil
        }
        var request = request
        request.client = channel.client
        asked = request.head
        switch shared.handler.answer(to: request) {
        case .ready(let response):
            finish(response)
            return nil
        case .pending(let pending):
            hold(request.heldBytes)
            return .response(pending)
        }
    }

    /// Writes the answer that ``asked`` was waiting for.
    private func finish(_ response: Response) {
        guard let head = asked.take() else { preconditionFailure("an answer without a request") }
        hold(0)
        requestCount += 1
        let framing = head.framing
        let keepsAlive =
            framing.keepsAlive && !channel.loop.isDraining
            && requestCount < shared.limits.requestsPerConnection
        let connection: ResponseEncoder.Connection =
            if !keepsAlive { .close } else if framing.isVersion10 { .keepAliveVersion10 } else {
                .keepAlive
            }
        if !keepsAlive { end() }
        send(response, omitsBody: head.method == .head, connection: connection)
        share.takeStep(in: channel.loop.turnNumber)
        shared.heads.giveBack(head)
    }

    private func start(_ upgrade: HTTP2Start.Upgrade?) -> HTTP2Start {
        HTTP2Start(received: input.prefix(input.count), upgrade: upgrade)
    }

    /// Answers an error and ends the connection.
    private func refuse(_ error: RequestError) {
        let response = shared.handler.respond(to: error, fields: parser.fields)
        end()
        send(response, omitsBody: parser.isHead, connection: .close)
    }

    private func end() {
        parser.stop()
        ending = .linger
    }

    // MARK: Writing

    private func send(
        _ response: Response,
        omitsBody: Bool,
        connection: ResponseEncoder.Connection
    ) {
        // Not `let loop`, here and where it reads: references to it would be counted.
        shared.output.removeAll()
        ResponseEncoder.encode(
            response,
            omitsBody: omitsBody,
            connection: connection,
            date: shared.date,
            into: &shared.output
        )
        let written: Int
        switch shared.output.withUnsafeBytes({ channel.write($0) }) {
        case .done(let count): written = count
        case .wouldBlock: written = 0
        case .failed:
            ending = .drop
            return
        }
        // The loop's buffer is the next answer's: what the socket did not take is kept apart.
        if written < shared.output.count {
            unsent = shared.output.withUnsafeBytes { ArraySlice($0[written...]) }
        }
    }

    /// Writes what has been left over, as far as the socket takes it.
    private func write() -> IOResult {
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
