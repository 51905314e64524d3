internal import CLinux

/// A descriptor that a loop watches: a listener or a connection's socket.
///
/// Touched only on its loop's thread, which is why subclasses may be `@unchecked Sendable`.
package class Registration {
    /// What an epoll event carries: the descriptor and the generation of its registration, so that
    /// an event queued for a closed descriptor never reaches the next owner of the same number.
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

    /// Strong in both directions until ``close()``: an unowned reference would be checked at each of
    /// its many uses.
    package final let loop: EventLoop
    let token: Token
    private(set) var isOpen = true
    /// Whether epoll tells of it: the kernel may be out of memory for that.
    var isWatched = false

    /// When ``deadlineReached()`` is called; may be moved at will.
    private(set) var deadline = MonotonicTime.distantFuture
    /// The one entry of this registration in the loop's heap that counts: the earliest.
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

    /// Called when the server stops: a listener closes itself, an idle connection waits no longer
    /// than until ``EventLoop/drainEnd``.
    func drain() {}

    /// Called when the server has waited long enough while stopping.
    func abort() {}

    /// Whether it may end for a newcomer's sake, the one with the earliest deadline first.
    var isIdleConnection: Bool { false }

    /// Called when a newcomer needs its place.
    func makeWay() {}

    package final func setDeadline(_ time: MonotonicTime) {
        deadline = time
        guard time < entered else { return }
        entered = time
        loop.deadlines.add(token, due: time)
    }

    package final func clearDeadline() { deadline = .distantFuture }

    /// An entry in the heap fell due: fire, or enter again if the deadline has moved since.
    func deadlineEntryDue(_ due: MonotonicTime, now: MonotonicTime) {
        // An earlier entry came in before this one and has seen to the deadline: entering it once
        // more for each of these would let them pile up for as long as the connection lives.
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
