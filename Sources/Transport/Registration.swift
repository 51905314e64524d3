internal import CLinux

/// A descriptor that a loop watches: a listening socket or a connection's socket.
///
/// Only its loop's thread touches it, so subclasses may be `@unchecked Sendable`.
package class Registration {
    /// The data of an epoll event: the descriptor and the generation of its registration.
    ///
    /// The generation keeps an event of a closed descriptor from the next owner of the same number.
    struct Token: Hashable {
        let descriptor: Int32
        let generation: UInt32

        init(descriptor: Int32, generation: UInt32) {
            self.descriptor = descriptor
            self.generation = generation
        }

        init(word: UInt64) {
            descriptor = Int32(truncatingIfNeeded: word)
            generation = UInt32(truncatingIfNeeded: word >> 32)
        }

        var word: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }
    }

    /// A strong reference in both directions until ``close()``.
    ///
    /// An unowned reference would be checked at each of its many uses.
    package final let loop: EventLoop
    let token: Token
    private(set) var isOpen = true
    /// Whether epoll watches the descriptor.
    ///
    /// The kernel may have no memory for that.
    var isWatched = false

    /// The time at which ``deadlineReached()`` is called; may be moved at any time.
    private(set) var deadline = MonotonicTime.distantFuture
    /// The due time of the only valid entry of this registration in the loop's heap: the earliest
    /// one.
    private var entered = MonotonicTime.distantFuture

    init(descriptor: Int32, loop: EventLoop) {
        self.loop = loop
        self.token = Token(descriptor: descriptor, generation: loop.nextGeneration())
    }

    var descriptor: Int32 { token.descriptor }

    /// Called with the events that epoll_wait(2) reported, such as `EPOLLIN`.
    func becameReady(_ events: UInt32) {}

    /// Called once when ``deadline`` has passed.
    func deadlineReached() {}

    /// Called when the server stops.
    ///
    /// A listener closes itself; an idle connection waits until ``EventLoop/drainEnd`` at most.
    func drain() {}

    /// Called when the time for the stop is over.
    func abort() {}

    /// Whether the connection may be ended for a new one.
    ///
    /// The one with the earliest deadline ends first.
    var isIdleConnection: Bool { false }

    /// Called when a new connection needs the place of this one.
    func makeWay() {}

    package final func setDeadline(_ time: MonotonicTime) {
        deadline = time
        guard time < entered else { return }
        entered = time
        loop.deadlines.add(token, due: time)
    }

    package final func clearDeadline() { deadline = .distantFuture }

    /// Handles a due entry of the heap: fires, or enters the heap again if the deadline has moved
    /// since.
    func deadlineEntryDue(_ due: MonotonicTime, now: MonotonicTime) {
        // An earlier entry has already handled the deadline. If each old entry entered the heap
        // again, they would accumulate for the life of the connection.
        guard due == entered else { return }
        entered = .distantFuture
        if deadline <= now {
            deadline = .distantFuture
            deadlineReached()
        } else if deadline < .distantFuture {
            setDeadline(deadline)
        }
    }

    /// Leaves the loop and closes the descriptor.
    func close() {
        guard isOpen else { return }
        isOpen = false
        loop.remove(self)
        SystemCall.close(descriptor)
    }
}
