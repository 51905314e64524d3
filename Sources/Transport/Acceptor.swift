internal import CLinux
internal import Glibc
internal import Synchronization

/// Accepts connections on one loop and serves each in a task that never leaves the loop.
///
/// Sendable because only the loop's thread touches its state. Calls from other threads run as a
/// task on the loop.
final class Acceptor: @unchecked Sendable {
    private enum State {
        case bound([Int32])
        case accepting([Listener])
        /// Waits until the last connection ends or the time is over; resumed with the number of
        /// connections that are cut off.
        case draining(CheckedContinuation<Int, Never>)
        case stopped
    }

    let loop: EventLoop
    private let limits: TransportLimits
    private let handler: any ConnectionHandler
    private let capacity: ConnectionCapacity
    private let shares: ConnectionShares
    private let shortages: ShortageReport
    private var state: State
    /// The number of open connections of this loop.
    ///
    /// Only the loop changes it; any thread reads it.
    private let open = Atomic<Int>(0)
    /// The number of connections that have sent their last response and only wait for the peer to
    /// close.
    private var lingering = 0

    /// - Parameter descriptors: Sockets that listen already; the acceptor closes them.
    init(
        loop: EventLoop,
        listening descriptors: [Int32],
        limits: TransportLimits,
        handler: any ConnectionHandler,
        capacity: ConnectionCapacity,
        shares: ConnectionShares,
        shortages: ShortageReport
    ) {
        self.loop = loop
        self.limits = limits
        self.handler = handler
        self.capacity = capacity
        self.shares = shares
        self.shortages = shortages
        state = .bound(descriptors)
        capacity.include(loop)
    }

    // MARK: Starting

    /// Closes the sockets of an acceptor that was never started.
    func discard() {
        guard case .bound(let descriptors) = state else { return }
        for descriptor in descriptors { SystemCall.close(descriptor) }
        state = .stopped
    }

    /// - Throws: ``SystemError`` when no thread can be created.
    func start(name: String) throws(SystemError) {
        try LoopThread.start(loop, name: name)
        Task(executorPreference: loop) { self.listen() }
    }

    private func listen() {
        guard case .bound(let descriptors) = state else { return }
        let listeners = descriptors.map { descriptor in
            Listener(
                adopting: descriptor,
                loop: loop,
                capacity: capacity,
                shortages: shortages
            ) { [self] in accepted($0, of: $1) }
        }
        state = .accepting(listeners)
    }

    // MARK: Connections

    /// Serves a new connection that the capacity has counted already.
    func accepted(_ descriptor: Int32, of client: ClientNetwork?) {
        if let client, !shares.begin(client) {
            capacity.giveBack()
            refuse(descriptor, client)
            return
        }
        var on: Int32 = 1
        // Each response leaves in one write. Nagle's algorithm would only delay it.
        setsockopt(
            descriptor,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &on,
            socklen_t(MemoryLayout<Int32>.size)
        )
        open.add(1, ordering: .relaxed)
        Task(executorPreference: loop) { await self.serve(descriptor, client) }
    }

    /// Sends the reason without waiting for a request, and closes the connection.
    ///
    /// A refused connection costs nothing more.
    ///
    /// The client loses the response if it has already sent bytes, because closing then resets the
    /// connection.
    private func refuse(_ descriptor: Int32, _ client: ClientNetwork) {
        let limit = limits.connectionsPerClient
        shortages.occasionally(.connectionsOfOneClient(client, limit: limit), now: loop.now)
        _ = handler.refusal(limit: limit).withUnsafeBytes {
            send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        SystemCall.close(descriptor)
    }

    private func serve(_ descriptor: Int32, _ client: ClientNetwork?) async {
        let channel = Channel(adopting: descriptor, loop: loop, client: client)
        if let error = channel.watchError {
            shortages.occasionally(.unwatched(error), now: loop.now)
            return closed(channel)
        }
        if case .linger = await handler.serve(channel) { await linger(channel) }
        closed(channel)
    }

    private func linger(_ channel: Channel) async {
        lingering += 1
        await channel.linger(limits)
        lingering -= 1
    }

    private func closed(_ channel: Channel) {
        channel.close()
        if let client = channel.client { shares.end(client) }
        let count = open.subtract(1, ordering: .relaxed).newValue
        capacity.giveBack()
        switch state {
        case .accepting(let listeners):
            for listener in listeners { listener.connectionEnded() }
        case .draining(let waiter) where count == 0:
            state = .stopped
            waiter.resume(returning: 0)
        case .bound, .draining, .stopped:
            break
        }
    }

    /// The number of open connections; safe to read from any thread.
    var connectionCount: Int { open.load(ordering: .relaxed) }

    // MARK: Stopping

    func shutdown(within patience: Duration) async -> Int {
        let timer = Task(executorPreference: loop) {
            try await Task.sleep(for: patience)
            await self.giveUp()
        }
        // Idle connections end before the patience is over, so that they are not cut off.
        let drainTimeout = min(limits.drainTimeout, patience / 2)
        let remaining = await Task(executorPreference: loop) {
            await self.drained(drainTimeout)
        }
        .value
        timer.cancel()
        // If tasks are left, the loop's thread continues. These tasks end with the process.
        if remaining == 0 { loop.stop() }
        return remaining
    }

    private func drained(_ drainTimeout: Duration) async -> Int {
        guard case .accepting = state else { return 0 }
        loop.drain(within: drainTimeout, lingering: limits.drainLingerTimeout)
        guard connectionCount > 0 else {
            state = .stopped
            return 0
        }
        return await withCheckedContinuation { state = .draining($0) }
    }

    private func giveUp() async {
        guard case .draining(let waiter) = state else { return }
        state = .stopped
        let cutOff = connectionCount - lingering
        loop.abort()
        // Lingering connections end by themselves now. The loop must not stop before that.
        while lingering > 0 { await loop.nextTurn() }
        waiter.resume(returning: cutOff)
    }
}
