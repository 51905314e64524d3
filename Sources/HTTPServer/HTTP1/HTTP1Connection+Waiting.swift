internal import Transport

/// Waits of the connection's task for the handler's code.
///
/// The connection reads nothing meanwhile, but it detects a client that leaves.
extension HTTP1Connection {
    enum Work {
        case none
        /// The handler creates a response.
        case pending
        /// The handler writes the content of a response.
        case streaming
        /// The task was cancelled during one of these steps, and the step still runs.
        ///
        /// The connection ends after it.
        case cancelled
    }

    // Inlined, because the call would be one more async frame.
    @inline(__always)
    nonisolated(nonsending) func response(of pending: Answer.Pending) async -> Response {
        work = .pending
        if channel.hasHungUp { peerHungUp() }
        let deadline = head?.route?.deadline
        if let deadline { channel.setDeadline(channel.loop.now.advanced(by: deadline)) }
        let response = await pending()
        if deadline != nil { channel.clearDeadline() }
        return response
    }

    nonisolated(nonsending) func stream(_ content: Response.Stream) async {
        work = .streaming
        if channel.hasHungUp { peerHungUp() }
        if channel.loop.isDraining { serverStops() }
        do {
            try await content(self)
            try await endContent()
        } catch {
            failure = failure ?? .abandoned
        }
        if failure != nil {
            ending = .drop
            // The end of the connection is the end of the content for HTTP/1.0 (RFC 9112 §6.3).
            if head?.framing.isVersion10 == true { channel.resetAtClose() }
        } else if work == .cancelled {
            ending = .linger
        }
        if work == .streaming { work = .none }
    }

    private func cancel() {
        work = .cancelled
        task?.cancel()
    }

    // MARK: From the channel

    /// Cancels the work when the connection is over, or when the client has closed its sending side
    /// after its last request.
    ///
    /// The second client may have left, or may still read; FIN is the same. A pending response is
    /// therefore still sent. A stream ends, because nothing else tells of a client that left until
    /// the next write.
    func peerHungUp() {
        guard work == .pending || work == .streaming else { return }
        guard channel.isOver || !hasMoreInput else { return }
        if work == .streaming { failure = failure ?? (channel.isAborted ? .cutOff : .clientLeft) }
        cancel()
    }

    /// Cancels the work on a stream.
    ///
    /// A writer that waits for a client that does not read notices nothing of that, so it waits only
    /// for a short time more.
    func serverStops() {
        guard work == .streaming else { return }
        contentEnd = channel.loop.now.advanced(by: shared.limits.transport.drainTimeout)
        if writeDeadline != .distantFuture {
            writeDeadline = min(writeDeadline, contentEnd)
            channel.setDeadline(writeDeadline)
        }
        cancel()
    }

    func deadlineReached() { if work == .pending { cancel() } }
}

extension HTTP1Connection: BodyWriter {
    private enum Limits {
        /// The largest chunk in bytes, which is also the most that is buffered here.
        ///
        /// The next chunk waits until the kernel has accepted this one.
        static let chunkBytes = 64 * 1024
    }

    func write(_ bytes: [UInt8]) async throws(ClientGone) {
        precondition(channel.loop.isCurrentThread, "content is written on the connection's loop")
        precondition(!isWriting, "two pieces of content are written at a time")
        isWriting = true
        defer { isWriting = false }
        var rest = bytes[...]
        while !rest.isEmpty {
            try await flush()
            let piece = rest.prefix(Limits.chunkBytes)
            shared.output.removeAll()
            if head?.framing.isVersion10 == true {
                piece.withUnsafeBytes { shared.output.append($0) }
            } else {
                ResponseEncoder.encode(chunk: piece, into: &shared.output)
            }
            sendOutput()
            countSent(piece.count)
            rest = rest.dropFirst(piece.count)
            share.takeStep(in: channel.loop.turnNumber)
            if share.isUsedUp(in: channel.loop.turnNumber) { await channel.loop.nextTurn() }
        }
        try await flush()
    }

    private func endContent() async throws(ClientGone) {
        try await flush()
        if head?.framing.isVersion10 == false { unsent += ResponseEncoder.lastChunk }
        try await flush()
    }

    /// Waits until the socket has accepted all encoded bytes.
    private func flush() async throws(ClientGone) {
        while true {
            guard failure == nil else { throw ClientGone() }
            switch writeUnsent() {
            case .done: return
            case .wouldBlock: guard await waitForRoom() else { throw ClientGone() }
            case .failed: failure = .clientLeft
            }
        }
    }
}
