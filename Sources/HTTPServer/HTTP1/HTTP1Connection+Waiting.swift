internal import Transport

/// The time during which the connection's task is in the handler's code, which waits for something
/// else: nothing is read meanwhile, but a client that leaves is noticed.
extension HTTP1Connection {
    enum Work {
        case none
        /// An answer is being made.
        case pending
        /// Its content is being written.
        case streaming
        /// The task has been cancelled during one of these, which lasts: the connection ends with it.
        case cancelled
    }

    func response(of pending: Answer.Pending) async -> Response {
        work = .pending
        if channel.hasHungUp { peerLeft() }
        let deadline = head?.route?.deadline
        if let deadline { channel.setDeadline(channel.loop.now.advanced(by: deadline)) }
        let response = await pending()
        if deadline != nil { channel.clearDeadline() }
        return response
    }

    func stream(_ content: Response.Stream) async {
        work = .streaming
        if channel.hasHungUp { peerLeft() }
        if channel.loop.isDraining { serverStops() }
        do {
            try await content(self)
            try await endContent()
        } catch {
            failure = failure ?? .abandoned
        }
        if failure != nil { ending = .drop } else if work == .cancelled { ending = .linger }
        if work == .streaming { work = .none }
    }

    private func cancel() {
        work = .cancelled
        task?.cancel()
    }

    // MARK: From the channel

    func peerLeft() {
        guard work == .pending || work == .streaming else { return }
        hasLeft = channel.hasHungUp
        cancel()
    }

    func serverStops() { if work == .streaming { cancel() } }

    func deadlineReached() { if work == .pending { cancel() } }
}

extension HTTP1Connection: BodyWriter {
    private enum Limits {
        /// Bytes of one chunk: so much is put together for the socket at a time.
        ///
        /// The next chunk waits until the kernel has this one, so this is also the most that is
        /// buffered here.
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

    /// Waits until the socket has taken all that has been put together.
    private func flush() async throws(ClientGone) {
        while true {
            if channel.hasHungUp { failure = failure ?? .clientLeft }
            guard failure == nil else { throw ClientGone() }
            switch writeUnsent() {
            case .done: return
            case .wouldBlock: guard await waitForRoom() else { throw ClientGone() }
            case .failed: failure = .clientLeft
            }
        }
    }
}
