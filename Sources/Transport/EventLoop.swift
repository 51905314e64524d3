internal import CLinux
internal import Glibc
internal import Synchronization

/// Watches descriptors with epoll(7) and runs the tasks of its connections, all on its own thread.
///
/// There is about one loop for each core.
///
/// Sendable because only the loop's thread touches the state (preconditions check the important
/// places). The exceptions are `inbox`, which has a lock, and `thread`, which is atomic.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    enum Limits {
        /// The maximum number of events of one epoll_wait(2).
        ///
        /// More would only delay the jobs that they make ready.
        static let eventsPerWait = 256
        /// The number of rounds of ready jobs before the loop polls its descriptors again.
        ///
        /// Jobs that keep enqueuing jobs thus cannot starve the sockets.
        static let roundsPerTurn = 16
        /// The maximum number of idle connections that end together to make room, and the divisor
        /// for their share.
        ///
        /// Most idle connections stay.
        static let idleEnds = 32
        static let idleShare = 8
        /// The bytes of one read(2): enough for the largest head and an ordinary body in one call.
        static let readBytes = 64 * 1024
    }

    private struct Inbox {
        var jobs: [UnownedJob] = []
        /// Whether the loop blocks, or is about to block, in epoll_wait(2).
        ///
        /// It needs a wake-up only then, and one wake-up is enough for all jobs that arrive before
        /// it wakes.
        var isAsleep = false
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    private let epoll: Int32
    private let wakeUpDescriptor: Int32

    @exclusivity(unchecked) private var ready: [UnownedJob] = []
    @exclusivity(unchecked) private var running: [UnownedJob] = []
    /// Tasks that let other tasks run first.
    @exclusivity(unchecked) private var yielding: [UnsafeContinuation<Void, Never>] = []
    private var registrations: [Registration?] = []
    private var generation: UInt32 = 0
    @exclusivity(unchecked) var deadlines = Deadlines()

    /// Whether the server is stopping.
    ///
    /// Each connection then accepts at most one more request.
    @exclusivity(unchecked) package private(set) var isDraining = false
    /// The time until which an idle connection may wait for that request.
    @exclusivity(unchecked) private(set) var drainEnd = MonotonicTime.distantFuture
    /// When the stop began, and how long the loop then waits for clients to close their side.
    private var drainStart = MonotonicTime.distantFuture
    private var drainLinger = Duration.zero

    /// Whether the last wait returned events.
    private var hadEvents = false
    /// Whether the last turn ran tasks.
    ///
    /// The result of their work, such as a publish, wakes this thread. Yielding the core first
    /// would delay the handling of that result.
    private var ranJobs = false
    /// The number of turns, so that a connection can count its work in the current turn.
    @exclusivity(unchecked) package private(set) var turnNumber: UInt64 = 0
    /// The time at which this turn of the loop began; precise enough for every deadline.
    @exclusivity(unchecked) package private(set) var now = MonotonicTime.now()
    /// The buffer for reads.
    ///
    /// A connection parses the bytes in it, and copies what it keeps.
    package let readBuffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Limits.readBytes,
        alignment: 16
    )
    /// The buffer for the events of epoll_wait(2).
    private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(
        capacity: Limits.eventsPerWait
    )

    /// - Throws: ``SystemError`` when the process is out of descriptors, or the kernel of memory.
    package init() throws(SystemError) {
        epoll = try SystemCall.checked("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        do throws(SystemError) {
            wakeUpDescriptor = try SystemCall.checked("eventfd") {
                eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
            }
        } catch {
            SystemCall.close(epoll)
            throw error
        }
        // The counter is edge-triggered and never read: each write is a new edge, so the value can
        // stay.
        let events = EPOLLIN.rawValue | EPOLLET.rawValue
        // Everything else exists by now, and `deinit` releases it.
        if let error = control(EPOLL_CTL_ADD, wakeUpDescriptor, events, word: .max) { throw error }
    }

    deinit {
        readBuffer.deallocate()
        events.deallocate()
        SystemCall.close(wakeUpDescriptor)
        SystemCall.close(epoll)
    }

    package var isCurrentThread: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: Jobs

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrentThread {
            ready.append(job)
        } else if !EnqueueBatch.collect(job, for: self) {
            enqueue([job])
        }
    }

    /// Takes jobs from another thread, with one lock and at most one wake-up for all of them.
    func enqueue(_ jobs: [UnownedJob]) {
        let wasAsleep = inbox.withLock { inbox in
            inbox.jobs.append(contentsOf: jobs)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wasAsleep { wakeUp() }
    }

    private func wakeUp() {
        // The write can only fail when the counter overflows. That also wakes the loop.
        _ = eventfd_write(wakeUpDescriptor, 1)
    }

    // MARK: The loop

    /// Runs the loop on the calling thread until ``stop()``.
    func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while turn() {}
        thread.store(0, ordering: .relaxed)
    }

    /// Ends ``run()`` after the current turn.
    ///
    /// The caller must make sure that no task of this loop is left. A job that is enqueued later
    /// never runs.
    func stop() {
        inbox.withLock { $0.isStopping = true }
        wakeUp()
    }

    /// Suspends until the loop has polled its descriptors and deadlines again and has queued the
    /// tasks that became ready.
    ///
    /// `Task.yield()` is different: it only waits for the next round of the same turn.
    nonisolated(nonsending) package func nextTurn() async {
        await withUnsafeContinuation { yielding.append($0) }
    }

    private func turn() -> Bool {
        var isStopping = false
        let mayBlock = inbox.withLock { inbox in
            isStopping = inbox.isStopping
            inbox.isAsleep =
                ready.isEmpty && yielding.isEmpty && inbox.jobs.isEmpty && !isStopping
            return inbox.isAsleep
        }
        turnNumber &+= 1
        waitForEvents(blocking: mayBlock)
        inbox.withLock { inbox in
            inbox.isAsleep = false
            ready.append(contentsOf: inbox.jobs)
            inbox.jobs.removeAll(keepingCapacity: true)
        }
        while let entry = deadlines.next(due: now) {
            registration(entry.token)?.deadlineEntryDue(entry.due, now: now)
        }
        for task in yielding { task.resume() }
        yielding.removeAll(keepingCapacity: true)
        runReadyJobs()
        return !isStopping
    }

    private func runReadyJobs() {
        ranJobs = !ready.isEmpty
        for _ in 0..<Limits.roundsPerTurn where !ready.isEmpty {
            swap(&ready, &running)
            for job in running { job.runSynchronously(on: asUnownedTaskExecutor()) }
            running.removeAll(keepingCapacity: true)
        }
    }

    private func waitForEvents(blocking: Bool) {
        // Yield the core before blocking. A client on the same core can then fill more sockets.
        // Otherwise each of its writes would wake this thread, which would preempt the client.
        let yields = blocking && hadEvents && !ranJobs
        if yields { sched_yield() }
        var count = blocking && !yields ? 0 : events(within: 0)
        if blocking, count == 0 { count = events(within: millisecondsToNextDeadline()) }
        hadEvents = count > 0
        now = .now()
        for event in events.prefix(count) {
            registration(Registration.Token(word: event.data.u64))?.becameReady(event.events)
        }
    }

    private func events(within timeout: Int32) -> Int {
        let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), timeout)
        precondition(count >= 0 || errno == EINTR, "epoll_wait failed: \(errno)")
        return Int(max(0, count))
    }

    /// Returns the timeout for epoll_wait(2): -1 for no limit, and rounded up so that the deadline
    /// has passed after the wait.
    ///
    /// The timeout counts from the start of the previous turn, to save a look at the clock in each
    /// turn. The loop may therefore notice a deadline late, by the duration of that turn.
    private func millisecondsToNextDeadline() -> Int32 {
        guard let due = deadlines.earliest else { return -1 }
        let nanoseconds = max(0, due.nanoseconds - now.nanoseconds)
        return Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
    }

    // MARK: Descriptors

    func nextGeneration() -> UInt32 {
        generation &+= 1
        // The word with all bits set belongs to the wake-up descriptor.
        if generation == .max { generation = 1 }
        return generation
    }

    private func registration(_ token: Registration.Token) -> Registration? {
        let index = Int(token.descriptor)
        guard registrations.indices.contains(index), let found = registrations[index],
            found.token == token
        else { return nil }
        return found
    }

    /// Closes the listeners now, and connections that are still idle after the timeout.
    ///
    /// The other connections finish their request.
    ///
    /// - Parameter linger: How long to wait for clients that have received their last response.
    func drain(within timeout: Duration, lingering linger: Duration) {
        isDraining = true
        drainStart = now
        drainLinger = linger
        drainEnd = now.advanced(by: timeout)
        for registration in registrations { registration?.drain() }
    }

    /// Returns the time until which a client that received its last response at `time` may close
    /// its side; the distant future while the server is not stopping.
    func lingerEnd(since time: MonotonicTime) -> MonotonicTime {
        isDraining ? max(time, drainStart).advanced(by: drainLinger) : .distantFuture
    }

    /// Ends every wait on a descriptor.
    func abort() {
        for registration in registrations { registration?.abort() }
    }

    func add(_ registration: Registration) {
        precondition(isCurrentThread, "a registration belongs to its loop's thread")
        let index = Int(registration.descriptor)
        while registrations.count <= index { registrations.append(nil) }
        registrations[index] = registration
    }

    /// Makes epoll report the events of a registration.
    ///
    /// - Returns: The reason for a failure: the kernel has no memory for another watch, or the user
    ///   has reached its limit of watches (`ENOMEM`, `ENOSPC`: epoll_ctl(2)).
    func watch(_ registration: Registration, events: UInt32) -> SystemError? {
        let error = control(
            registration.isWatched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
            registration.descriptor,
            events,
            word: registration.token.word
        )
        registration.isWatched = error == nil
        return error
    }

    func remove(_ registration: Registration) {
        precondition(isCurrentThread, "a registration belongs to its loop's thread")
        registrations[Int(registration.descriptor)] = nil
        guard registration.isWatched else { return }
        let error = control(EPOLL_CTL_DEL, registration.descriptor, 0, word: 0)
        precondition(error == nil, "a descriptor was not watched")
    }

    private func control(
        _ operation: Int32,
        _ descriptor: Int32,
        _ events: UInt32,
        word: UInt64
    ) -> SystemError? {
        var event = epoll_event(events: events, data: epoll_data_t(u64: word))
        guard epoll_ctl(epoll, operation, descriptor, &event) != 0 else { return nil }
        let code = errno
        precondition(code != EBADF, "a descriptor was used after its close")
        return SystemError(call: "epoll_ctl", code: code)
    }

    // MARK: Room for new connections

    /// Returns the deadline of the longest idle connection; `nil` when none is idle.
    ///
    /// - Complexity: O(*n*) in the number of descriptors. Only a new connection without room waits
    ///   for it.
    func earliestIdleDeadline() -> MonotonicTime? {
        var earliest: MonotonicTime?
        for case .some(let registration) in registrations where registration.isIdleConnection {
            earliest = min(earliest ?? .distantFuture, registration.deadline)
        }
        return earliest
    }

    /// Ends the longest idle connections: an eighth of the idle ones, but no more than
    /// ``Limits/idleEnds``.
    ///
    /// One search thus makes room for several new connections.
    ///
    /// - Returns: Whether any connection was idle.
    func endLongestIdle() async -> Bool {
        let idle = registrations.compactMap { $0.flatMap { $0.isIdleConnection ? $0 : nil } }
        let count = max(1, min(Limits.idleEnds, idle.count / Limits.idleShare))
        for registration in idle.sorted(by: { $0.deadline < $1.deadline }).prefix(count) {
            registration.makeWay()
        }
        // The tasks of these connections close them before the next turn.
        await nextTurn()
        return !idle.isEmpty
    }
}
