internal import CLinux
internal import Glibc

/// A connected socket on its loop: reads and writes that never block, and waits that suspend.
///
/// Sendable because it never leaves its loop's thread: the connection's task is pinned to the loop,
/// and the loop itself calls the rest.
package final class Channel: Registration, @unchecked Sendable {
    /// Why a wait ended.
    package enum Wake {
        case ready
        /// The deadline given to the wait has passed.
        case timedOut
        /// The server is stopping and this wait was for the next request, but for no longer; one more
        /// read tells whether it has come all the same.
        case draining
        /// The server has run out of patience while stopping.
        case aborted
        /// A newcomer needs this idle connection's place; one more read tells whether it is still idle.
        case displaced
    }

    /// What becomes of a connection on which there is nothing more to do.
    package enum End {
        /// The last bytes are written; the peer may still be sending.
        case linger
        /// Both sides have nothing more to send, or the peer is gone.
        case close
    }

    /// What a ``ChannelOwner`` waits for.
    package struct InputWait {
        package let deadline: MonotonicTime
        /// Whether it is the next request, of which no byte has come: then the server may end the
        /// wait when it stops.
        package let isIdle: Bool

        package init(deadline: MonotonicTime, isIdle: Bool) {
            self.deadline = deadline
            self.isIdle = isIdle
        }
    }

    /// What is known of one direction.
    ///
    /// Edge-triggered epoll tells only of changes, so `open` stays until a call has said `EAGAIN`.
    private enum Direction {
        case open
        case blocked
        case waiting(UnsafeContinuation<Wake, Never>)
    }

    /// Whose connection it is; `nil` on a socket without addresses.
    package let client: ClientNetwork?
    /// Why epoll does not tell of this socket: then nothing can be waited for.
    private(set) var watchError: SystemError?

    /// Told of what happens while the connection's task waits; whoever sets it takes it back.
    package var owner: (any ChannelOwner)?

    private var reading = Direction.open
    private var writing = Direction.open
    private var isIdle = false
    private var activityWaiter: UnsafeContinuation<Wake, Never>?
    /// Whether the activity that is waited for is the next request.
    private var isResting = false
    /// Whether the last answer has been sent.
    private var isLingering = false
    package private(set) var isAborted = false
    /// Set once the peer has closed its side: a short read then no longer means an empty socket.
    package private(set) var hasHungUp = false

    /// Registers the socket; it is this channel's to close from now on.
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
            // The socket is empty: bytes that come later bring an edge of their own (epoll(7)).
            reading = .blocked
        case .done, .failed:
            break
        }
        return result
    }

    /// Writes from `bytes`; a closed peer is a value here, not a `SIGPIPE`.
    package func write(_ bytes: UnsafeRawBufferPointer) -> IOResult {
        guard case .open = writing else { return .wouldBlock }
        let result = SystemCall.nonBlocking {
            send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if result == .wouldBlock { writing = .blocked }
        return result
    }

    /// Tells the peer that nothing more will be sent, while what it sends can still be read.
    func shutdownWriting() {
        isLingering = true
        shutdown(descriptor, Int32(SHUT_WR))
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

    /// Suspends until bytes have come that the ``owner`` cannot deal with where it is called.
    package func waitForInput(_ wait: InputWait) async -> Wake {
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
        // An idle connection that may be closed now is the task's business.
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
    package func waitUntilWritable(until deadline: MonotonicTime) async -> Wake {
        if isAborted { return .aborted }
        guard case .blocked = writing else { return .ready }
        setDeadline(deadline)
        let wake = await withUnsafeContinuation { writing = .waiting($0) }
        clearDeadline()
        return wake
    }

    /// Suspends until anything happens that may let the connection go on: bytes may be read or
    /// written, the server begins to stop, or ``interrupt()`` is called.
    ///
    /// - Parameters:
    ///   - isWriting: Whether bytes wait to be written: then it does not matter here that there are
    ///     others to be read.
    ///   - isIdle: Whether it is the next request that is waited for.
    package func waitForActivity(
        until deadline: MonotonicTime,
        isWriting: Bool,
        isIdle: Bool
    ) async -> Wake {
        if isAborted { return .aborted }
        if case .open = isWriting ? writing : reading {
            // What else is ready on this loop comes first.
            await loop.nextTurn()
            return isAborted ? .aborted : .ready
        }
        setDeadline(deadline)
        isResting = isIdle
        let wake = await withUnsafeContinuation { activityWaiter = $0 }
        clearDeadline()
        return wake
    }

    /// Ends a ``waitForActivity(until:isWriting:isIdle:)``.
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

    // MARK: From the loop

    override func becameReady(_ events: UInt32) {
        let failed = events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        let hungUp = events & EPOLLRDHUP.rawValue != 0
        if hungUp || failed { hasHungUp = true }
        if events & EPOLLIN.rawValue != 0 || hungUp || failed {
            inputArrived()
        }
        if events & EPOLLOUT.rawValue != 0 || failed {
            resumeWriter(.ready, then: .open)
        }
        resumeActivityWaiter(.ready)
        if hungUp || failed { owner?.peerLeft() }
    }

    override func deadlineReached() {
        if isIdle, loop.now >= loop.drainEnd {
            // Open, whatever is known: bytes may have come of which epoll has not told yet.
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
        // Open, whatever is known: bytes may have come of which epoll has not told yet.
        resumeReader(.displaced, then: .open)
        if activityWaiter != nil { reading = .open }
        resumeActivityWaiter(.displaced)
    }

    /// Ends every wait of this channel, now and later.
    override func abort() {
        isAborted = true
        resumeReader(.aborted, then: .blocked)
        resumeWriter(.aborted, then: .blocked)
        resumeActivityWaiter(.aborted)
        owner?.peerLeft()
    }
}
