internal import CLinux
internal import Glibc
internal import Synchronization

/// Watches descriptors with epoll(7) and runs the tasks of its connections, all on its own thread;
/// there is about one for each core.
///
/// Sendable because everything but `inbox` and `thread` is touched on the loop's thread only
/// (checked by preconditions where it matters), `inbox` under its lock, and `thread` is atomic.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    enum Limits {
        /// Events taken by one epoll_wait(2): more only delays the jobs they make ready.
        static let eventsPerWait = 256
        /// Rounds of ready jobs run before the descriptors are looked at again, so that jobs which
        /// keep enqueuing jobs cannot starve the sockets.
        static let roundsPerTurn = 16
        /// Idle connections that end together for newcomers: all but a few stay.
        static let idleEnds = 32
        static let idleShare = 8
        /// Bytes taken by one read(2): the largest head and an ordinary body in one call.
        static let readBytes = 64 * 1024
    }

    private struct Inbox {
        var jobs: [UnownedJob] = []
        /// Whether the loop is about to block, or blocks, in epoll_wait: only then does it need a
        /// wake-up, and one is enough for all that arrive until it is up.
        var isAsleep = false
        var isStopping = false
    }

    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    private let epoll: Int32
    private let wakeUpDescriptor: Int32

    @exclusivity(unchecked) private var ready: [UnownedJob] = []
    @exclusivity(unchecked) private var running: [UnownedJob] = []
    /// Tasks that let the others go first.
    @exclusivity(unchecked) private var yielding: [UnsafeContinuation<Void, Never>] = []
    private var registrations: [Registration?] = []
    private var generation: UInt32 = 0
    @exclusivity(unchecked) var deadlines = Deadlines()

    /// Whether the server is stopping: each connection then takes one request more at most.
    @exclusivity(unchecked) package private(set) var isDraining = false
    /// Until when idle connections may wait for it.
    @exclusivity(unchecked) private(set) var drainEnd = MonotonicTime.distantFuture
    /// Since when it is stopping, and for how long it then waits for who does not close its side.
    private var drainStart = MonotonicTime.distantFuture
    private var drainLinger = Duration.zero

    /// Whether the last wait was told of events.
    private var hadEvents = false
    /// Whether the last turn ran tasks: what those began, such as publishing, is answered by waking
    /// this thread, and whoever waits for that should not wait for the core as well.
    private var ranJobs = false
    /// Counts the turns, so that a connection can tell what it has done in this one.
    @exclusivity(unchecked) package private(set) var turnNumber: UInt64 = 0
    /// The time at which this turn of the loop began; fresh enough for every deadline.
    @exclusivity(unchecked) package private(set) var now = MonotonicTime.now()
    /// Where reads land: the connection that asked parses them there, and copies what it keeps.
    package let readBuffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Limits.readBytes,
        alignment: 16
    )
    /// Where epoll_wait(2) reports.
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
        // Edge-triggered and never read: each write is an edge of its own, so the counter can stay.
        let events = EPOLLIN.rawValue | EPOLLET.rawValue
        // All else is made by now, and is undone by `deinit`.
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

    /// Takes jobs of another thread: one lock and at most one wake-up for all of them.
    func enqueue(_ jobs: [UnownedJob]) {
        let wasAsleep = inbox.withLock { inbox in
            inbox.jobs.append(contentsOf: jobs)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wasAsleep { wakeUp() }
    }

    private func wakeUp() {
        // Cannot fail but by overflowing the counter, which also wakes the loop.
        _ = eventfd_write(wakeUpDescriptor, 1)
    }

    // MARK: The loop

    /// Runs on the calling thread until ``stop()``.
    func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while turn() {}
        thread.store(0, ordering: .relaxed)
    }

    /// Ends ``run()`` after the current turn.
    ///
    /// The caller has seen to it that no task of this loop is left: what is enqueued later would
    /// never run.
    func stop() {
        inbox.withLock { $0.isStopping = true }
        wakeUp()
    }

    /// Suspends until the descriptors and deadlines have been looked at again and what they made
    /// ready is in the queue.
    ///
    /// Unlike `Task.yield()`, which leads to the next round of the same turn.
    package func nextTurn() async {
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
        // Before it sleeps, whoever shares this core goes first: a client here then fills more sockets,
        // instead of being preempted by this thread's waking up for each of them.
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

    /// What epoll_wait(2) takes: -1 for no limit, rounded up so that a deadline has passed on waking.
    ///
    /// Counted from the beginning of the turn before: a deadline may be noticed later by as much as
    /// that turn took, which spares every turn another look at the clock.
    private func millisecondsToNextDeadline() -> Int32 {
        guard let due = deadlines.earliest else { return -1 }
        let nanoseconds = max(0, due.nanoseconds - now.nanoseconds)
        return Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
    }

    // MARK: Descriptors

    func nextGeneration() -> UInt32 {
        generation &+= 1
        // The all-ones word is the wake-up descriptor's.
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

    /// Closes the listeners now, and what is idle by then when that time is over; the rest finishes
    /// its request.
    ///
    /// - Parameter linger: For how long clients that have had their last answer are waited for.
    func drain(within timeout: Duration, lingering linger: Duration) {
        isDraining = true
        drainStart = now
        drainLinger = linger
        drainEnd = now.advanced(by: timeout)
        for registration in registrations { registration?.drain() }
    }

    /// Until when a client may close its side that has had its last answer at a time; the distant
    /// future while the server is not stopping.
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

    /// Has epoll tell of a registration's events from now on.
    ///
    /// - Returns: Why it does not: the kernel has no memory for another watch, or the user has as many
    ///   as it may (`ENOMEM`, `ENOSPC`: epoll_ctl(2)).
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

    // MARK: Newcomers

    /// The deadline of the connection that has been idle for longest; `nil` when none is idle.
    ///
    /// - Complexity: O(*n*) in the number of descriptors: only those who find no room wait for it.
    func earliestIdleDeadline() -> MonotonicTime? {
        var earliest: MonotonicTime?
        for case .some(let registration) in registrations where registration.isIdleConnection {
            earliest = min(earliest ?? .distantFuture, registration.deadline)
        }
        return earliest
    }

    /// Ends the connections that have been idle for longest: an eighth of all that are idle, but no more
    /// than ``Limits/idleEnds``, so that one look at them serves several newcomers.
    ///
    /// - Returns: Whether there were any.
    func endLongestIdle() async -> Bool {
        let idle = registrations.compactMap { $0.flatMap { $0.isIdleConnection ? $0 : nil } }
        let count = max(1, min(Limits.idleEnds, idle.count / Limits.idleShare))
        for registration in idle.sorted(by: { $0.deadline < $1.deadline }).prefix(count) {
            registration.makeWay()
        }
        // Their tasks close them before that.
        await nextTurn()
        return !idle.isEmpty
    }
}
