internal import Transport

/// Serves one HTTP/2 connection: reads, lets the handler answer requests, and writes available
/// output.
///
/// Each pending response has its own task.
///
/// It is Sendable because it stays on its event loop's thread: the connection's task and its child
/// tasks are pinned to the event loop.
final class HTTP2Connection: @unchecked Sendable {
    private enum Limits {
        /// The bytes of frames that are collected before a write.
        static let outputBytes = 64 * 1024
        /// The time between the announcement that the connection ends and its end.
        ///
        /// Requests that the client sent before it received the announcement arrive meanwhile (RFC
        /// 9113 §6.8).
        static let goAwayDelay = Duration.milliseconds(500)
    }

    /// The progress of ending the connection.
    private enum Ending {
        case no
        case announced(until: MonotonicTime)
        case said
    }

    private let channel: Channel
    private let shared: HTTPLoop
    private let session: HTTP2Session
    /// ``ServerLimits/idleTimeout`` in nanoseconds, converted once because every request needs it.
    private let idleTimeout: Int64
    // Only this class changes these properties, and no callback runs during a change.

    /// The frames that the socket has not accepted yet.
    @exclusivity(unchecked) private var unsent: ArraySlice<UInt8> = []
    /// The deadline for the socket to accept all of them; set when it accepts no more.
    @exclusivity(unchecked) private var writeDeadline: MonotonicTime?
    /// The time when the connection ends unless a request arrives.
    @exclusivity(unchecked) private var idleDeadline: MonotonicTime
    @exclusivity(unchecked) private var ending = Ending.no
    /// Whether the tasks that write content were cancelled, because the server stops.
    @exclusivity(unchecked) private var hasCancelledStreams = false
    /// The time limit for the socket to accept the output.
    @exclusivity(unchecked) private var writeTimeout: Duration
    /// The reason why open requests have no complete response when the connection ends.
    @exclusivity(unchecked) private var failure = RequestOutcome.Ending.clientLeft
    @exclusivity(unchecked) private var requestCount = 0
    /// The content that this connection holds, as its part of ``HTTPLoop/heldBodyBytes``.
    @exclusivity(unchecked) private var heldBytes = 0
    /// The content of the requests whose responses are pending, even if their streams are closed.
    @exclusivity(unchecked) private var awaitedBytes = 0
    /// The number of pending responses, even if their streams are closed.
    @exclusivity(unchecked) private var awaitedCount = 0

    init(channel: Channel, shared: HTTPLoop) {
        self.channel = channel
        self.shared = shared
        let client = channel.client
        session = HTTP2Session(
            limits: shared.limits,
            heads: shared.heads,
            streams: shared.streams,
            memory: shared.memory
        ) { head, now in
            shared.began()
            shared.admit(head, client: client, now: now)
        } beganInvalid: {
            shared.began()
        }
        writeTimeout = shared.limits.writeTimeout
        idleTimeout = MonotonicTime.nanoseconds(of: shared.limits.idleTimeout)
        idleDeadline = channel.loop.now.advanced(nanoseconds: idleTimeout)
    }

    /// Runs until no more requests will come; the caller closes the channel.
    func serve(_ start: HTTP2Start) async -> ConnectionEnd {
        // No response is pending any more at this point.
        defer { hold(0) }
        return await withDiscardingTaskGroup { group in
            let end = await serve(start, &group)
            session.abandon(channel.isAborted ? .cutOff : failure)
            settle()
            group.cancelAll()
            return end
        }
    }

    private func serve(
        _ start: HTTP2Start,
        _ group: inout DiscardingTaskGroup
    ) async -> ConnectionEnd {
        session.now = channel.loop.now
        if let upgrade = start.upgrade {
            let request = upgrade.request
            guard session.upgrade(settings: upgrade.settings, head: request.head) else {
                shared.finished(
                    request.head,
                    RequestOutcome(
                        status: nil,
                        sentBytes: 0,
                        ending: .abandoned,
                        start: request.head.start
                    )
                )
                return .drop
            }
            if let refusal = request.head.takeRefusal() {
                let isHead = request.head.method == .head
                handle(.refused(stream: 1, refusal, isHead: isHead), &group)
            } else {
                answer(request, stream: 1, &group)
            }
        }
        guard start.received.withUnsafeBytes({ receive($0, &group) }) else { return .drop }
        return await run(&group)
    }

    private func run(_ group: inout DiscardingTaskGroup) async -> ConnectionEnd {
        while true {
            guard readAvailable(&group), write() else { return .drop }
            // Wait until the kernel has accepted all of their responses.
            if unsent.isEmpty { settle() }
            if unsent.isEmpty, !session.isAlive { return .linger }
            switch await channel.waitForActivity(
                until: nextDeadline,
                isWriting: !unsent.isEmpty,
                isIdle: isIdle
            ) {
            // A connection that always has bytes to read never times out in the wait, so check
            // deadlines here.
            case .ready, .draining, .timedOut: guard expire(&group) else { return .drop }
            case .aborted: return .drop
            case .displaced:
                guard readAvailable(&group), write() else { return .drop }
                // The requests that were in the socket are in progress now.
                guard isIdle else { break }
                // GOAWAY tells the client which requests were not read (RFC 9113 §6.8).
                end()
                _ = write()
                return .close
            }
            endIfDue()
        }
    }

    /// Whether no request is in progress and no output remains.
    private var isIdle: Bool { session.streamCount == 0 && unsent.isEmpty && awaitedCount == 0 }

    // MARK: Reading

    /// Reads once, so that the responses to these bytes are written before the next read.
    ///
    /// - Returns: `false` when the peer has left.
    private func readAvailable(_ group: inout DiscardingTaskGroup) -> Bool {
        // The server does not read from a client that does not read its responses.
        guard unsent.isEmpty else { return true }
        switch channel.read() {
        case .done(0), .failed: return false
        case .wouldBlock: return true
        case .done(let count):
            let bytes = UnsafeRawBufferPointer(rebasing: channel.loop.readBuffer[..<count])
            return receive(bytes, &group)
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer, _ group: inout DiscardingTaskGroup)
        -> Bool
    {
        // The part of the limit that the other connections of this event loop leave.
        let available = shared.limits.heldBodyBytes - (shared.heldBodyBytes - heldBytes)
        session.heldLimit = min(mostHeldBytes, available) - awaitedBytes
        defer { holdWhatThereIs() }
        do throws(HTTP2Session.Failure) {
            try session.receive(bytes, now: channel.loop.now) { handle($0, &group) }
            return true
        } catch {
            // Try a last time to send the reason.
            _ = write()
            return false
        }
    }

    /// The limit for this connection, which allows at least one request of the largest size.
    private var mostHeldBytes: Int {
        max(shared.limits.heldConnectionBodyBytes, shared.limits.bodyBytes)
    }

    private func holdWhatThereIs() { hold(session.heldBytes + awaitedBytes) }

    private func hold(_ bytes: Int) {
        shared.heldBodyBytes += bytes - heldBytes
        heldBytes = bytes
    }

    private func handle(_ event: consuming HTTP2Session.Event, _ group: inout DiscardingTaskGroup) {
        idleDeadline = session.now.advanced(nanoseconds: idleTimeout)
        switch event {
        case .request(let stream, let request): answer(request, stream: stream, &group)
        case .refused(let stream, let response, let isHead):
            requestCount += 1
            submit(response, stream, omitsBody: isHead, now: session.now)
        case .invalid(let stream, let error, let head, let isHead):
            requestCount += 1
            submit(shared.respond(to: error, head), stream, omitsBody: isHead, now: session.now)
        }
    }

    // MARK: Answering

    private func answer(_ request: Request, stream: Int32, _ group: inout DiscardingTaskGroup) {
        requestCount += 1
        let isHead = request.head.method == .head
        switch shared.answer(request) {
        case .ready(let response) where !response.isStream || isHead:
            submit(response, stream, omitsBody: isHead, now: session.now)
        case .ready(let response): answerLater(request, stream, &group) { response }
        case .pending(let pending): answerLater(request, stream, &group, pending)
        }
    }

    /// Starts a task that creates a response and writes its content if the content is streamed.
    private func answerLater(
        _ request: Request,
        _ stream: Int32,
        _ group: inout DiscardingTaskGroup,
        _ pending: @escaping Answer.Pending
    ) {
        let bytes = request.heldBytes
        awaitedBytes += bytes
        awaitedCount += 1
        group.addTask {
            // The task reference is valid during this call only.
            await withUnsafeCurrentTask { task in
                let work = HTTP2Work(task)
                await self.answer(request.head, stream, work, pending)
                work.end()
            }
            self.awaitedBytes -= bytes
            self.awaitedCount -= 1
            self.holdWhatThereIs()
            self.channel.interrupt()
        }
    }

    private func answer(
        _ head: RequestHead,
        _ stream: Int32,
        _ work: HTTP2Work,
        _ pending: Answer.Pending
    ) async {
        let loop = channel.loop
        session.begin(work, stream: stream, deadline: head.route?.deadline, now: loop.now)
        defer { session.endWork(stream: stream) }
        let isHead = head.method == .head
        let response = await pending()
        submit(response, stream, omitsBody: isHead, now: loop.now)
        guard case .stream(let content) = response.content, !isHead, !response.hasNoContent else {
            return
        }
        channel.interrupt()
        if loop.isDraining { cancelStreams() }
        do {
            let writer = HTTP2BodyWriter(
                session: session,
                channel: channel,
                stream: stream,
                work: work
            )
            try await content(writer)
            session.endContent(stream: stream, now: loop.now)
        } catch {
            session.abandonContent(stream: stream)
        }
    }

    /// Reports the requests that are over.
    private func settle() {
        session.forEachEnded { head, hasBegun, outcome in
            // A request that ended before its head was complete has never begun.
            guard hasBegun else { return }
            guard head?.isAdmitted != true else { return shared.ended(head, outcome) }
            var outcome = outcome
            outcome.client = channel.client
            shared.ended(head, outcome)
        }
    }

    private func submit(
        _ response: Response,
        _ stream: Int32,
        omitsBody: Bool,
        now: MonotonicTime
    ) {
        session.submit(
            response,
            stream: stream,
            omitsBody: omitsBody,
            date: shared.date,
            now: now
        )
    }

    // MARK: Writing

    /// Writes the available output as far as the socket accepts it.
    ///
    /// - Returns: `false` when the peer has left.
    private func write() -> Bool {
        while true {
            if unsent.isEmpty {
                guard let isDone = writeReady() else { return false }
                if isDone { return true }
            }
            switch unsent.withUnsafeBytes({ channel.write($0) }) {
            case .done(let count):
                unsent = unsent.dropFirst(count)
            case .wouldBlock:
                // One deadline covers all of the output, so a client that reads a byte now and then
                // cannot extend it.
                if writeDeadline == nil {
                    writeDeadline = channel.loop.now.advanced(by: writeTimeout)
                }
                return true
            case .failed: return false
            }
        }
    }

    /// Writes frames directly from the event loop's buffer, and copies the bytes that the socket
    /// does not accept.
    ///
    /// - Returns: Whether everything is written, or `nil` when the peer has left.
    private func writeReady() -> Bool? {
        writeDeadline = nil
        while true {
            shared.output.removeAll()
            do throws(HTTP2Session.Failure) {
                try session.appendOutput(to: &shared.output, limit: Limits.outputBytes)
            } catch {
                return nil
            }
            if shared.output.count == 0 { return true }
            let written: Int
            switch shared.output.withUnsafeBytes({ channel.write($0) }) {
            case .done(let count): written = count
            case .wouldBlock: written = 0
            case .failed: return nil
            }
            if written < shared.output.count {
                unsent = shared.output.withUnsafeBytes { ArraySlice($0[written...]) }
                return false
            }
        }
    }

    // MARK: Time

    private var nextDeadline: MonotonicTime {
        var next = session.nextDeadline
        if !unsent.isEmpty, let writeDeadline { next = min(next, writeDeadline) }
        if session.streamCount == 0, unsent.isEmpty { next = min(next, idleDeadline) }
        if case .announced(let end) = ending { next = min(next, end) }
        return next
    }

    /// - Returns: `false` when the client has exceeded the write deadline.
    private func expire(_ group: inout DiscardingTaskGroup) -> Bool {
        let now = channel.loop.now
        if !unsent.isEmpty, let writeDeadline, now >= writeDeadline {
            failure = .timedOut
            return false
        }
        session.expire(now: now) { handle($0, &group) }
        holdWhatThereIs()
        if session.streamCount == 0, unsent.isEmpty, now >= idleDeadline { end() }
        return true
    }

    private func endIfDue() {
        let now = channel.loop.now
        if session.streamCount > 0 { idleDeadline = now.advanced(nanoseconds: idleTimeout) }
        if channel.loop.isDraining, !hasCancelledStreams {
            hasCancelledStreams = true
            cancelStreams()
        }
        switch ending {
        case .no
        where channel.loop.isDraining || requestCount >= shared.limits.requestsPerConnection:
            session.announceEnd()
            ending = .announced(until: now.advanced(by: Limits.goAwayDelay))
        case .announced(let until) where now >= until: end()
        case .no, .announced, .said: break
        }
    }

    /// Ends streamed content, because the server stops.
    ///
    /// From now on, a client that reads nothing keeps the connection only for a short time.
    private func cancelStreams() {
        let timeout = shared.limits.transport.drainTimeout
        let end = channel.loop.now.advanced(by: timeout)
        guard session.cancelStreamedAnswers(until: end) else { return }
        writeTimeout = min(writeTimeout, timeout)
        if let deadline = writeDeadline { writeDeadline = min(deadline, end) }
    }

    private func end() {
        if case .said = ending { return }
        session.end()
        ending = .said
    }
}
