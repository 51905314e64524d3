internal import Transport

/// Serves one HTTP/2 connection: reads, has the requests answered, each that has to wait in a task
/// of its own, and writes what is ready.
///
/// Sendable because it never leaves its loop's thread: the connection's task is pinned to the loop,
/// and its children with it.
final class HTTP2Connection: @unchecked Sendable {
    private enum Limits {
        /// Frames put together before they are written.
        static let outputBytes = 64 * 1024
        /// Between the announcement that the connection ends and its end: for requests that were
        /// on their way by then (RFC 9113 §6.8).
        static let goAwayDelay = Duration.milliseconds(500)
    }

    /// How far the end of the connection has come.
    private enum Ending {
        case no
        case announced(until: MonotonicTime)
        case said
    }

    private let channel: Channel
    private let shared: HTTPLoop
    private let session: HTTP2Session
    /// ``ServerLimits/idleTimeout`` in nanoseconds, for it is needed with every request.
    private let idleTimeout: Int64
    /// Frames that the socket did not take yet.
    private var unsent: ArraySlice<UInt8> = []
    /// When the socket has to have taken all of them; set once it takes no more.
    private var writeDeadline: MonotonicTime?
    /// When the connection ends unless a request comes.
    private var idleDeadline: MonotonicTime
    private var ending = Ending.no
    private var requestCount = 0
    /// This connection's part of the loop's ``HTTPLoop/heldBodyBytes``.
    private var heldBytes = 0
    /// The content of the requests whose answers are being waited for, be their streams closed by now.
    private var awaitedBytes = 0
    /// How many answers are being waited for, be their streams closed by now.
    private var awaitedCount = 0

    init(channel: Channel, shared: HTTPLoop) {
        self.channel = channel
        self.shared = shared
        let client = channel.client
        session = HTTP2Session(limits: shared.limits, heads: shared.heads) { head, now in
            shared.began()
            return head.admit(by: shared.handler, client: client, now: now)
        }
        idleTimeout = MonotonicTime.nanoseconds(of: shared.limits.idleTimeout)
        idleDeadline = channel.loop.now.advanced(nanoseconds: idleTimeout)
    }

    /// Runs until there is nothing more to answer; the caller closes the channel.
    func serve(_ start: HTTP2Start) async -> ConnectionEnd {
        // By now nothing is awaited any more.
        defer { hold(0) }
        return await withDiscardingTaskGroup { group in
            let end = await serve(start, &group)
            session.abandon(channel.isAborted ? .cutOff : .clientLeft)
            settle()
            group.cancelAll()
            return end
        }
    }

    private func serve(
        _ start: HTTP2Start,
        _ group: inout DiscardingTaskGroup
    ) async -> ConnectionEnd {
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
            answer(request, stream: 1, &group)
        }
        guard start.received.withUnsafeBytes({ receive($0, &group) }) else { return .drop }
        return await run(&group)
    }

    private func run(_ group: inout DiscardingTaskGroup) async -> ConnectionEnd {
        while true {
            guard readAvailable(&group), write() else { return .drop }
            // Not before the kernel has all of their answers.
            if unsent.isEmpty { settle() }
            if unsent.isEmpty, !session.isAlive { return .linger }
            switch await channel.waitForActivity(
                until: nextDeadline,
                isWriting: !unsent.isEmpty,
                isIdle: isIdle
            ) {
            // A connection that always has something to read is never told that time is up.
            case .ready, .draining, .timedOut: guard expire(&group) else { return .drop }
            case .aborted: return .drop
            case .displaced:
                guard readAvailable(&group), write() else { return .drop }
                // What lay in the socket is under way now.
                guard isIdle else { break }
                // It is told which requests were not read (RFC 9113 §6.8).
                end()
                _ = write()
                return .close
            }
            endIfDue()
        }
    }

    /// Whether there is nothing under way, and nothing left to be sent.
    private var isIdle: Bool { session.streamCount == 0 && unsent.isEmpty && awaitedCount == 0 }

    // MARK: Reading

    /// Reads once, so that the answers of what it brought can be written before the next.
    ///
    /// - Returns: `false` when the peer is gone.
    private func readAvailable(_ group: inout DiscardingTaskGroup) -> Bool {
        // A client that does not read its answers is not read from either.
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
        // What the other connections of this loop leave.
        let available = shared.limits.heldBodyBytes - (shared.heldBodyBytes - heldBytes)
        session.heldLimit = min(mostHeldBytes, available) - awaitedBytes
        defer { holdWhatThereIs() }
        do throws(HTTP2Session.Failure) {
            try session.receive(bytes, now: channel.loop.now) { handle($0, &group) }
            return true
        } catch {
            // A last attempt to say why.
            _ = write()
            return false
        }
    }

    /// Room for one request at least, however large it may be.
    private var mostHeldBytes: Int {
        max(shared.limits.heldConnectionBodyBytes, shared.limits.bodyBytes)
    }

    private func holdWhatThereIs() { hold(session.heldBytes + awaitedBytes) }

    private func hold(_ bytes: Int) {
        shared.heldBodyBytes += bytes - heldBytes
        heldBytes = bytes
    }

    private func handle(_ event: HTTP2Session.Event, _ group: inout DiscardingTaskGroup) {
        idleDeadline = channel.loop.now.advanced(nanoseconds: idleTimeout)
        switch event {
        case .request(let stream, let request): answer(request, stream: stream, &group)
        case .refused(let stream, let response, let isHead):
            requestCount += 1
            submit(response, stream, omitsBody: isHead)
        case .invalid(let stream, let error, let head, let isHead):
            requestCount += 1
            if head?.isAdmitted != true { shared.began() }
            submit(shared.respond(to: error, head), stream, omitsBody: isHead)
        }
    }

    // MARK: Answering

    private func answer(_ request: Request, stream: Int32, _ group: inout DiscardingTaskGroup) {
        requestCount += 1
        let isHead = request.head.method == .head
        switch shared.handler.answer(request) {
        case .ready(let response) where !response.isStream || isHead:
            submit(response, stream, omitsBody: isHead)
        case .ready(let response): answerLater(request, stream, &group) { response }
        case .pending(let pending): answerLater(request, stream, &group, pending)
        }
    }

    /// Has a task of its own make an answer, and write its content if that is streamed.
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
            // It can be cancelled for as long as this takes.
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
        submit(response, stream, omitsBody: isHead)
        guard case .stream(let content) = response.content, !isHead, !response.hasNoContent else {
            return
        }
        channel.interrupt()
        if loop.isDraining { work.cancel() }
        do {
            try await content(HTTP2BodyWriter(session: session, channel: channel, stream: stream))
            session.endContent(stream: stream, now: loop.now)
        } catch {
            session.abandonContent(stream: stream)
        }
    }

    /// Tells of the requests that are over.
    private func settle() {
        session.forEachEnded { head, outcome in
            // A request that was given up before its head was complete has never begun.
            if head?.isAdmitted == true || outcome.status != nil {
                shared.finished(head, outcome)
            } else if let head {
                shared.heads.giveBack(head)
            }
        }
    }

    private func submit(_ response: Response, _ stream: Int32, omitsBody: Bool) {
        session.submit(
            response,
            stream: stream,
            omitsBody: omitsBody,
            date: shared.date,
            now: channel.loop.now
        )
    }

    // MARK: Writing

    /// Writes what is ready, as far as the socket takes it.
    ///
    /// - Returns: `false` when the peer is gone.
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
                // Once for all of it: a client that takes a byte now and then does not keep it.
                if writeDeadline == nil {
                    writeDeadline = channel.loop.now.advanced(by: shared.limits.writeTimeout)
                }
                return true
            case .failed: return false
            }
        }
    }

    /// Writes frames straight from the loop's buffer; what the socket does not take is kept apart.
    ///
    /// - Returns: Whether everything is written, or `nil` when the peer is gone.
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

    /// - Returns: `false` when the client has been waited for long enough.
    private func expire(_ group: inout DiscardingTaskGroup) -> Bool {
        let now = channel.loop.now
        if !unsent.isEmpty, let writeDeadline, now >= writeDeadline { return false }
        session.expire(now: now) { handle($0, &group) }
        holdWhatThereIs()
        if session.streamCount == 0, unsent.isEmpty, now >= idleDeadline { end() }
        return true
    }

    private func endIfDue() {
        let now = channel.loop.now
        if session.streamCount > 0 { idleDeadline = now.advanced(nanoseconds: idleTimeout) }
        switch ending {
        case .no
        where channel.loop.isDraining || requestCount >= shared.limits.requestsPerConnection:
            session.announceEnd()
            if channel.loop.isDraining { session.cancelStreamedAnswers() }
            ending = .announced(until: now.advanced(by: Limits.goAwayDelay))
        case .announced(let until) where now >= until: end()
        case .no, .announced, .said: break
        }
    }

    private func end() {
        if case .said = ending { return }
        session.end()
        ending = .said
    }
}
