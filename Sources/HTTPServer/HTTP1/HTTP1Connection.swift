internal import Glibc
internal import HTTPTypes

/// Serves one connection: reads, has requests parsed and answered one after the other, writes.
///
/// Requests that were sent ahead (pipelining, RFC 9112 §9.3.2) wait in the buffer: one is in flight
/// at a time, so the answers are in order by themselves.
///
/// A class, so that the frames of its asynchronous functions, which live as long as the connection,
/// hold a pointer and not all of this. Sendable because it never leaves its loop's thread: the
/// connection's task is pinned to the loop.
final class HTTP1Connection<Handler: RequestHandler>: @unchecked Sendable {
    private let channel: Channel
    private let handler: Handler
    private let limits: ServerLimits
    private var input = InputBuffer()
    private var parser = RequestParser()
    /// The part that is being read, and since when.
    private var part: (phase: RequestParser.Phase, start: MonotonicTime)?
    private var share = TurnShare()
    private var requestCount = 0
    /// This connection's part of the loop's ``EventLoop/heldBodyBytes``.
    private var heldBytes = 0

    init(channel: Channel, handler: Handler, limits: ServerLimits) {
        self.channel = channel
        self.handler = handler
        self.limits = limits
    }

    /// Runs until there is nothing more to answer; the caller closes the channel.
    func serve() async -> ConnectionEnd {
        do throws(ConnectionEnd) {
            while true {
                switch try await nextOutput() {
                case .needsMore: try await readMore()
                case .continueExpected: try await write(ResponseEncoder.continueBytes)
                case .request(var request):
                    request.client = channel.client
                    try await answer(request)
                case .http2Preface: throw .http2(start(nil))
                }
            }
        } catch {
            hold(0)
            return error
        }
    }

    private func nextOutput() async throws(ConnectionEnd) -> RequestParser.Output {
        do throws(RequestError) {
            return try parser.next(&input, limits: limits)
        } catch {
            throw try await refuse(error)
        }
    }

    // MARK: Reading

    private func readMore() async throws(ConnectionEnd) {
        let loop = channel.loop
        let phase = parser.phase
        if phase == .body, hold(parser.bodyBytes + input.count),
            loop.heldBodyBytes > limits.heldBodyBytes
        {
            throw try await refuse(.overloaded)
        }
        let limit = timeout(of: phase)
        if part?.phase != phase { part = (phase, loop.now) }
        let deadline = (part?.start ?? loop.now).advanced(by: limit)
        var isLastRead = false
        while true {
            switch channel.read() {
            case .done(0): throw .close
            case .done(let count):
                input.append(UnsafeRawBufferPointer(rebasing: loop.readBuffer[..<count]))
                // A client that always has more ready never waits, and so is never timed out there.
                if phase != .betweenRequests, loop.now >= deadline {
                    throw try await refuse(.timedOut(limit: limit))
                }
                if share.takeStep(in: loop.turnNumber) { await loop.nextTurn() }
                return
            case .failed: throw .drop
            case .wouldBlock where isLastRead: throw .linger
            case .wouldBlock: break
            }
            switch await channel.waitUntilReadable(
                until: deadline,
                isIdle: phase == .betweenRequests
            ) {
            case .ready: continue
            // What the client has sent by now is in flight.
            case .draining: isLastRead = true
            case .aborted: throw .drop
            case .timedOut where phase == .betweenRequests: throw .close
            case .timedOut: throw try await refuse(.timedOut(limit: limit))
            }
        }
    }

    /// Notes how much content this connection holds; returns whether that is more than before.
    @discardableResult
    private func hold(_ bytes: Int) -> Bool {
        let growth = bytes - heldBytes
        heldBytes = bytes
        channel.loop.heldBodyBytes += growth
        return growth > 0
    }

    private func timeout(of phase: RequestParser.Phase) -> Duration {
        switch phase {
        case .betweenRequests: limits.idleTimeout
        case .head: limits.headTimeout
        case .body: limits.timeout(ofBodyWith: parser.bodyBytes)
        }
    }

    // MARK: Answering

    private func answer(_ request: Request) async throws(ConnectionEnd) {
        part = nil
        if let upgrade = HTTP2Start.Upgrade(request) {
            try await write(HTTP2Start.Upgrade.answer)
            throw .http2(start(upgrade))
        }
        let isHead = request.method == .head
        let head = request.head
        hold(request.body.count)
        let response = await handler.respond(to: request)
        hold(0)
        requestCount += 1
        let keepsAlive =
            head.keepsAlive && !channel.loop.isDraining
            && requestCount < limits.requestsPerConnection
        let connection: ResponseEncoder.Connection =
            if !keepsAlive { .close } else if head.isVersion10 { .keepAliveVersion10 } else {
                .keepAlive
            }
        try await send(response, omitsBody: isHead, connection: connection)
        if !keepsAlive {
            parser.stop()
            throw .linger
        }
        if share.takeStep(in: channel.loop.turnNumber) { await channel.loop.nextTurn() }
    }

    private func start(_ upgrade: HTTP2Start.Upgrade?) -> HTTP2Start {
        HTTP2Start(received: input.prefix(input.count), upgrade: upgrade)
    }

    /// Answers an error and says how the connection ends.
    private func refuse(_ error: RequestError) async throws(ConnectionEnd) -> ConnectionEnd {
        parser.stop()
        let response = handler.respond(to: error, fields: parser.fields)
        try await send(response, omitsBody: parser.isHead, connection: .close)
        return .linger
    }

    private func send(
        _ response: Response,
        omitsBody: Bool,
        connection: ResponseEncoder.Connection
    ) async throws(ConnectionEnd) {
        let loop = channel.loop
        loop.output.removeAll(
            keepingCapacity: loop.output.capacity <= EventLoop.Limits.retainedOutputBytes
        )
        ResponseEncoder.encode(
            response,
            omitsBody: omitsBody,
            connection: connection,
            date: loop.date.current(),
            into: &loop.output
        )
        let written = try writeNow(loop.output, from: 0)
        // The loop's buffer is the next answer's: what the socket did not take is kept apart.
        if written < loop.output.count { try await write(Array(loop.output[written...])) }
    }

    private func write(_ bytes: [UInt8]) async throws(ConnectionEnd) {
        let deadline = channel.loop.now.advanced(by: limits.writeTimeout)
        var written = try writeNow(bytes, from: 0)
        while written < bytes.count {
            guard await channel.waitUntilWritable(until: deadline) == .ready else { throw .drop }
            written = try writeNow(bytes, from: written)
        }
    }

    /// Writes until the socket takes no more; returns how far it came.
    private func writeNow(_ bytes: [UInt8], from start: Int) throws(ConnectionEnd) -> Int {
        var written = start
        while written < bytes.count {
            let result = bytes.withUnsafeBytes {
                channel.write(UnsafeRawBufferPointer(rebasing: $0[written...]))
            }
            switch result {
            case .done(let count): written += count
            case .wouldBlock: return written
            case .failed: throw .drop
            }
        }
        return written
    }
}
