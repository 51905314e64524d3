internal import CLinux
internal import Glibc

/// A connected socket on its loop.
///
/// Reads and writes never block; waits suspend.
///
/// Sendable because it never leaves its loop's thread: the connection's task is pinned to the loop,
/// and the loop makes all other calls.
package final class Channel: Registration, @unchecked Sendable {
    /// The reason why a wait ended.
    package enum Wake {
        case ready
        /// The deadline given to the wait has passed.
        case timedOut
        /// The server is stopping, and the time to wait for the next request is over. One more read
        /// tells whether a request has arrived after all.
        case draining
        /// The server is stopping, and its patience is over.
        case aborted
        /// A new connection needs the place of this idle one. One more read tells whether it is
        /// still idle.
        case displaced
    }

    /// How to end a connection on which no work is left.
    package enum End {
        /// The last bytes are written, but the peer may still be sending.
        case linger
        /// Both sides have nothing more to send, or the peer is gone.
        case close
    }

    /// The input that a ``ChannelOwner`` waits for.
    package struct InputWait {
        package let deadline: MonotonicTime
        /// Whether the wait is for the next request, of which no byte has arrived.
        ///
        /// The server may end such a wait when it stops.
        package let isIdle: Bool

        package init(deadline: MonotonicTime, isIdle: Bool) {
            self.deadline = deadline
            self.isIdle = isIdle
        }
    }

    /// The known state of one direction.
    ///
    /// Edge-triggered epoll reports only changes, so `open` stays until a call returns `EAGAIN`.
    private enum Direction {
        case open
        case blocked
        case waiting(UnsafeContinuation<Wake, Never>)
    }

    /// The client of the connection; `nil` on a socket without addresses.
    package let client: ClientNetwork?
    /// The reason why epoll does not watch this socket.
    ///
    /// No wait is possible then.
    private(set) var watchError: SystemError?

    /// Notified of events while the connection's task waits.
    ///
    /// The task that sets it also clears it.
    package var owner: (any ChannelOwner)?

    private var reading = Direction.open
    private var writing = Direction.open
    private var isIdle = false
    private var activityWaiter: UnsafeContinuation<Wake, Never>?
    /// Whether ``waitForActivity(until:isWriting:isIdle:)`` waits for the next request.
    private var isResting = false
    /// Whether the last response has been sent.
    private var isLingering = false
    package private(set) var isAborted = false
    /// Whether the peer has closed its side.
    ///
    /// A short read then no longer means that the socket is empty.
    package private(set) var hasHungUp = false
    /// Whether the connection has failed or was reset (`EPOLLERR`, `EPOLLHUP`, epoll_ctl(2)).
    private var hasFailed = false

    /// Registers the socket.
    ///
    /// The channel owns it from now on and closes it.
    init(adopting descriptor: Int32, loop: EventLoop, client: ClientNetwork? = nil) {
        self.client = client
        super.init(descriptor: descriptor, loop: loop)
        loop.add(self)
        let events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        watchError = loop.watch(self, events: events)
    }

    // MARK: Reading and writing

    /// Reads what has arrived into the loop's buffer.
    package func read() -> IOResult {
        guard case .open = reading else { return .wouldBlock }
        let buffer = loop.readBuffer
        let result = SystemCall.nonBlocking {
            recv(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        switch result {
        case .wouldBlock:
            reading = .blocked
        case .done(let count) where count < buffer.count && count > 0 && !hasHungUp:
            // The socket is empty. Later bytes cause a new edge (epoll(7)).
            reading = .blocked
        case .done, .failed:
            break
        }
        return result
    }

    /// Whether the peer has closed its sending side and all of its bytes were read.
    package var isAtEnd: Bool {
        var byte: UInt8 = 0
        return hasHungUp && recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
    }

    /// Whether the peer cannot receive any more: the connection has failed or was reset, or the
    /// stopping server cut it off.
    package var isOver: Bool { hasFailed || isAborted }

    /// Writes from `bytes`; a closed peer is a returned value, not a `SIGPIPE`.
    package func write(_ bytes: UnsafeRawBufferPointer) -> IOResult {
        guard case .open = writing else { return .wouldBlock }
        let result = SystemCall.nonBlocking {
            send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if result == .wouldBlock { writing = .blocked }
        return result
    }

    /// Tells the peer that no more bytes follow.
    ///
    /// Bytes from the peer can still be read.
    func shutdownWriting() {
        isLingering = true
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the close a reset (RST) that drops unsent bytes (`SO_LINGER`, socket(7)).
    ///
    /// The peer then sees that the bytes that it received are not complete.
    package func resetAtClose() {
        var option = Glibc.linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<Glibc.linger>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, size)
    }

    // MARK: Waiting

    /// Suspends until bytes may be read.
    package func waitUntilReadable(until deadline: MonotonicTime) async -> Wake {
        if isAborted { return .aborted }
        guard case .blocked = reading else { return .ready }
        setDeadline(deadline)
        let wake = await withUnsafeContinuation { reading = .waiting($0) }
        clearDeadline()
        return wake
    }

    /// Suspends until bytes have arrived that the ``owner`` cannot handle in its callback.
    nonisolated(nonsending) package func waitForInput(_ wait: InputWait) async -> Wake {
        if isAborted { return .aborted }
        if wait.isIdle, loop.now >= loop.drainEnd {
            reading = .open
            return .draining
        }
        guard case .blocked = reading else { return .ready }
        begin(wait)
        let wake = await withUnsafeContinuation { reading = .waiting($0) }
        isIdle = false
        clearDeadline()
        return wake
    }

    private func begin(_ wait: InputWait) {
        isIdle = wait.isIdle
        setDeadline(isIdle ? min(wait.deadline, loop.drainEnd) : wait.deadline)
    }

    private func inputArrived() {
        guard case .waiting(let reader) = reading else {
            reading = .open
            return
        }
        reading = .open
        // The task has to handle an idle connection that may be closed now.
        if let wait = owner?.inputArrived(), case .blocked = reading,
            !(wait.isIdle && loop.now >= loop.drainEnd)
        {
            reading = .waiting(reader)
            begin(wait)
        } else {
            reader.resume(returning: .ready)
        }
    }

    /// Suspends until bytes may be written.
    nonisolated(nonsending) package func waitUntilWritable(until deadline: MonotonicTime) async
        -> Wake
    {
        if isAborted { return .aborted }
        guard case .blocked = writing else { return .ready }
        setDeadline(deadline)
        let wake = await withUnsafeContinuation { writing = .waiting($0) }
        clearDeadline()
        return wake
    }

    /// Suspends until the connection may continue: bytes may be read or written, the server begins
    /// to stop, or ``interrupt()`` is called.
    ///
    /// - Parameters:
    ///   - isWriting: Whether bytes wait to be written. If so, readable bytes do not end the wait
    ///     at once.
    ///   - isIdle: Whether the connection waits for the next request.
    package func waitForActivity(
        until deadline: MonotonicTime,
        isWriting: Bool,
        isIdle: Bool
    ) async -> Wake {
        if isAborted { return .aborted }
        if case .open = isWriting ? writing : reading {
            // Other ready work on this loop runs first.
            await loop.nextTurn()
            return isAborted ? .aborted : .ready
        }
        setDeadline(deadline)
        isResting = isIdle
        let wake = await withUnsafeContinuation { activityWaiter = $0 }
        clearDeadline()
        return wake
    }

    /// Ends a ``waitForActivity(until:isWriting:isIdle:)`` with ``Wake/ready``.
    package func interrupt() { resumeActivityWaiter(.ready) }

    private func resumeActivityWaiter(_ wake: Wake) {
        activityWaiter.take()?.resume(returning: wake)
    }

    private func resumeReader(_ wake: Wake, then direction: Direction) {
        guard case .waiting(let reader) = reading else { return }
        reading = direction
        reader.resume(returning: wake)
    }

    private func resumeWriter(_ wake: Wake, then direction: Direction) {
        if case .waiting(let writer) = writing {
            writing = direction
            writer.resume(returning: wake)
        } else if case .open = direction {
            writing = .open
        }
    }

    // MARK: Calls from the loop

    override func becameReady(_ events: UInt32) {
        let failed = events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        let hungUp = events & EPOLLRDHUP.rawValue != 0
        if hungUp || failed { hasHungUp = true }
        if failed { hasFailed = true }
        if events & EPOLLIN.rawValue != 0 || hungUp || failed {
            inputArrived()
        }
        if events & EPOLLOUT.rawValue != 0 || failed {
            resumeWriter(.ready, then: .open)
        }
        resumeActivityWaiter(.ready)
        if hungUp || failed { owner?.peerHungUp() }
    }

    override func deadlineReached() {
        if isIdle, loop.now >= loop.drainEnd {
            // Set to open in any case: bytes may have arrived that epoll has not reported yet.
            resumeReader(.draining, then: .open)
        } else {
            resumeReader(.timedOut, then: .blocked)
        }
        resumeWriter(.timedOut, then: .blocked)
        resumeActivityWaiter(.timedOut)
        owner?.deadlineReached()
    }

    override func drain() {
        if isIdle { setDeadline(min(deadline, loop.drainEnd)) }
        if isLingering { setDeadline(min(deadline, loop.lingerEnd(since: loop.now))) }
        resumeActivityWaiter(.draining)
        owner?.serverStops()
    }

    override var isIdleConnection: Bool {
        if case .waiting = reading { return isIdle || isLingering }
        return activityWaiter != nil && isResting
    }

    override func makeWay() {
        // Set to open in any case: bytes may have arrived that epoll has not reported yet.
        resumeReader(.displaced, then: .open)
        if activityWaiter != nil { reading = .open }
        resumeActivityWaiter(.displaced)
    }

    /// Ends the current waits of this channel and all later ones.
    override func abort() {
        isAborted = true
        resumeReader(.aborted, then: .blocked)
        resumeWriter(.aborted, then: .blocked)
        resumeActivityWaiter(.aborted)
        owner?.peerHungUp()
    }
}
