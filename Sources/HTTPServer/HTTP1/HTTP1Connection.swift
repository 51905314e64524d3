internal import Transport

/// Serves one HTTP/1.1 connection: reads, lets the handler answer one request at a time, and
/// writes.
///
/// Pipelined requests (RFC 9112 §9.3.2) wait in the buffer and in the socket. One request is in
/// flight at a time, so the responses stay in order. Nothing is read while a response is pending.
///
/// ``advance()`` does all work that needs no wait, and returns the next wait; the task waits in
/// ``run()``. A request may arrive while the task waits for input. It is answered where epoll
/// reported it, if the handler returns a response immediately; the task stays suspended.
///
/// It is Sendable because it stays on its event loop's thread: the connection's task is pinned to
/// the event loop. No function that its methods call changes the properties that change with every
/// request. Their exclusive access therefore needs no check at run time.
final class HTTP1Connection: ChannelOwner, @unchecked Sendable {
    /// The event that the connection must wait for.
    enum Step {
        case input(Channel.InputWait)
        /// The socket accepts no more bytes for now.
        case room
        case response(Answer.Pending)
        /// The content of the response, whose head has been written.
        case stream(Response.Stream)
        /// The next turn, because this connection has used its share of the current one.
        case turn
        case end(ConnectionEnd)
    }

    let channel: Channel
    let shared: HTTPLoop
    /// ``ServerLimits/idleTimeout`` in nanoseconds, converted once because every request needs it.
    private let idleTimeout: Int64
    @exclusivity(unchecked) private var input = InputBuffer()
    @exclusivity(unchecked) private var parser: RequestParser
    /// The part of a request that is being read, and the start of its time limit.
    private var part: (phase: RequestParser.Phase, start: MonotonicTime)?
    @exclusivity(unchecked) var share = TurnShare()
    private var requestCount = 0
    /// The content that this connection holds, as its part of ``HTTPLoop/heldBodyBytes``.
    private var heldBytes = 0
    /// The request that is being read or answered, or whose response is being sent.
    @exclusivity(unchecked) private(set) var head: RequestHead?
    /// The response that is being sent.
    @exclusivity(unchecked) private var answer: (status: Status, bytes: Int)?
    /// The bytes that the socket has not accepted yet, and the deadline for them.
    @exclusivity(unchecked) var unsent: ArraySlice<UInt8> = []
    @exclusivity(unchecked) var writeDeadline = MonotonicTime.distantFuture
    /// The time until which a client may take streamed content while the server stops.
    @exclusivity(unchecked) var contentEnd = MonotonicTime.distantFuture
    /// Whether the connection is to end, and reads only what the client has already sent.
    private var isLastRead = false
    /// Whether the connection ends because a new connection needs its descriptor immediately.
    private var isDisplaced = false
    /// The way in which the connection ends after all bytes are written.
    @exclusivity(unchecked) var ending: ConnectionEnd?
    /// The step that ``inputArrived()`` left for the task.
    private var left: Step?
    /// The connection's task, while it runs.
    var task: UnsafeCurrentTask?
    /// The handler's work that the task waits for.
    var work = Work.none
    /// Whether a piece of streamed content is being written.
    var isWriting = false
    /// The reason why the response stays incomplete, once this is certain.
    var failure: RequestOutcome.Ending?

    init(channel: Channel, shared: HTTPLoop) {
        self.channel = channel
        self.shared = shared
        parser = RequestParser(heads: shared.heads)
        idleTimeout = MonotonicTime.nanoseconds(of: shared.limits.idleTimeout)
    }

    /// Runs until no more requests will come; the caller closes the channel.
    func serve() async -> ConnectionEnd {
        // The task reference is valid during this call only.
        await withUnsafeCurrentTask { task in
            self.task = task
            channel.owner = self
            let end = await run()
            channel.owner = nil
            self.task = nil
            hold(0)
            // The request of an upgrade belongs to stream 1 from now on.
            if case .http2(let start) = end, start.upgrade != nil { head = nil }
            finished(failure ?? .clientLeft)
            return end
        }
    }

    nonisolated(nonsending) private func run() async -> ConnectionEnd {
        while true {
            switch left.take() ?? advance() {
            case .input(let wait):
                switch await channel.waitForInput(wait) {
                case .ready: break
                // Requests that the client has already sent count as in flight.
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

    /// - Returns: `false` when the socket will accept no more bytes.
    nonisolated(nonsending) func waitForRoom() async -> Bool {
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

    /// Continues as far as possible without a wait.
    private func advance() -> Step {
        // The event loop reuses its read buffer for other connections.
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
                // The parser returns this only when content begins; see `admit`.
                case .continueExpected: break
                }
            } catch {
                refuse(error)
            }
        }
    }

    // MARK: Reading

    /// Whether bytes of further requests wait here or in the socket.
    var hasMoreInput: Bool { input.count > 0 || !channel.isAtEnd }

    /// - Returns: `nil` when bytes were read, or when no more will be read.
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
            // A client that always has more bytes ready causes no wait, so the wait's timeout never
            // expires.
            if !wait.isIdle, channel.loop.now >= wait.deadline {
                throw .timedOut(limit: timeout(of: phase))
            }
            share.takeStep(in: channel.loop.turnNumber)
            return nil
        }
    }

    /// Handles input that did not arrive in time.
    private func timedOut() {
        let phase = parser.phase
        if phase == .betweenRequests {
            ending = .close
        } else {
            refuse(.timedOut(limit: timeout(of: phase)))
        }
    }

    /// Records how much content this connection holds, and returns whether it is more than before.
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

    /// - Returns: `nil` when the connection can continue.
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
            // The client decides whether it sends the content now. The start of the next request is
            // therefore unknown (RFC 9110 §10.1.1).
            end()
            return finish(refusal, closes: true)
        }
        switch try parser.readContent(
            &input,
            limits: shared.limits,
            limitBytes: head.route?.bodyLimitBytes ?? shared.limits.bodyBytes,
            keeps: isAccepted
        ) {
        case .content(let body): return answer(body)
        case .continueExpected: unsent += ResponseEncoder.continueBytes
        case .needsMore, .head, .http2Preface: break
        }
        return nil
    }

    /// - Returns: `nil` when the response is written or buffered.
    private func answer(_ body: [UInt8]) -> Step? {
        part = nil
        guard let head else { preconditionFailure("content without a request") }
        let request = Request(head: head, body: body)
        if head.framing.asksToUpgrade, shared.limits.http2Upgrade == .on,
            let upgrade = HTTP2Start.Upgrade(request)
        {
            unsent += HTTP2Start.Upgrade.answer
            ending = .http2(start(upgrade))
            return nil
        }
        // A refusal is sent after the content was read, so that the next request can be found.
        if head.isRefused, let refusal = head.takeRefusal() { return finish(refusal) }
        switch shared.handler.answer(request) {
        case .ready(let response): return finish(response)
        case .pending(let pending):
            hold(request.heldBytes)
            return .response(pending)
        }
    }

    /// Writes a response.
    ///
    /// - Returns: `nil` when it is written or buffered.
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

    /// Responds to an error and ends the connection.
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

    /// Reports the end of the current request, if there is one.
    func finished(_ ending: RequestOutcome.Ending) {
        guard head != nil || answer != nil else { return }
        let head = head.take()
        let answer = answer.take()
        shared.finished(
            head,
            RequestOutcome(
                status: answer?.status,
                sentBytes: answer?.bytes ?? 0,
                ending: ending,
                start: head?.start ?? channel.loop.now,
                client: head == nil ? channel.client : nil
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
        // A local `loop` constant, here and in `readMore`, would cost reference counting.
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

    /// Sends the bytes in the event loop's buffer and keeps the rest.
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
        // The next response uses the event loop's buffer, so copy the bytes that the socket did not
        // accept.
        if written < shared.output.count {
            unsent = shared.output.withUnsafeBytes { ArraySlice($0[written...]) }
        }
    }

    func countSent(_ bytes: Int) { answer?.bytes += bytes }

    /// Writes the remaining bytes as far as the socket accepts them.
    func writeUnsent() -> IOResult {
        while !unsent.isEmpty {
            if writeDeadline == .distantFuture {
                let end = channel.loop.now.advanced(by: shared.limits.writeTimeout)
                writeDeadline = min(end, contentEnd)
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
