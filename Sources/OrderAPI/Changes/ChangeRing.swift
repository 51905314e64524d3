internal import Dispatch
package import Orders
internal import Synchronization
internal import Transport

/// The latest changes of all orders, encoded, for any number of streams that read them each at its own
/// pace.
///
/// The projector's thread writes each batch once. Streams are woken on a thread of the ring's own,
/// all together: each event loop is woken once. While nobody listens, nothing is recorded.
package final class ChangeRing: Sendable {
    package enum Limits {
        /// The memory for changes, in bytes: those of some seconds at several thousand orders per
        /// second, so that a client that comes back after a lost connection misses none.
        package static let bytes = 16 * 1024 * 1024
        /// The most batches, of which each is one change without load.
        package static let batches = 4_096
        /// The most streams.
        ///
        /// A client that reads nothing makes its stream hold two pieces, 64 KiB, until it is dropped.
        package static let streams = 2_000
        /// The batches that are looked at under one lock.
        static let batchesPerLook = 16
    }

    /// The times of the ring.
    package struct Timing: Sendable {
        /// The shortest time between two wake-ups.
        ///
        /// A change after a quiet time is sent at once. Under load, a stream then writes 40 times a
        /// second, and not once for each of some hundred batches.
        package var gathering = Duration.milliseconds(25)
        /// The time between two comments, which keep proxies from closing a quiet stream and show
        /// which clients have left.
        package var keepAlive = Duration.seconds(15)
        /// The time without streams after which nothing is recorded.
        ///
        /// The last client may come back and resume.
        package var patience = Duration.seconds(60)

        package init() {}
    }

    typealias Waiter = UnsafeContinuation<Void, Never>

    fileprivate struct State {
        /// The batches, each at its sequence number modulo ``Limits/batches``.
        var slots: [ChangeBatch?] = []
        /// The sequence numbers of the batches.
        var sequence: Range<Int> = 0..<0
        var bytes = 0
        /// The number of the next change.
        var next: UInt64 = 1
        /// The number of the first change that streams have not been woken for.
        var shown: UInt64 = 1
        var isWakeUpDue = false
        var lastWakeUp: DispatchTime?
        var waiters: [UInt64: Waiter] = [:]
        var lastStream: UInt64 = 0
        var streams = 0
        /// When the last stream ended.
        var lastEnd: DispatchTime?
        /// The number of keep-alive comments so far.
        var ticks = 0
        var isTicking = false
    }

    let epoch: UInt64
    private let limitBytes: Int
    private let timing: Timing
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "order-gateway.changes")
    /// Whether changes are recorded, to be read without the lock.
    private let isRecording = Atomic<Bool>(false)
    private let lagged = Atomic<Int>(0)

    /// - Parameters:
    ///   - limitBytes: The memory for changes, in bytes; the latest batch is kept in any case.
    ///   - epoch: The number that tells this ring's changes from those of every other one.
    package init(
        limitBytes: Int = Limits.bytes,
        epoch: UInt64 = .random(in: .min ... .max),
        timing: Timing = Timing()
    ) {
        self.limitBytes = limitBytes
        self.epoch = epoch
        self.timing = timing
    }

    /// The number of open streams.
    package var streamCount: Int { state.withLock { $0.streams } }

    /// The number of times that a stream was told that it misses changes.
    package var laggedCount: Int { lagged.load(ordering: .relaxed) }

    // MARK: Writing, on the projector's thread

    package var isListening: Bool { isRecording.load(ordering: .acquiring) }

    package func changed(_ changes: [OrderChange]) {
        guard !changes.isEmpty else { return }
        let first = state.withLock { $0.next }
        // Nobody else records, so this number is still the next one below, unless recording has
        // stopped meanwhile.
        let batch = ChangeBatch(changes, epoch: epoch, first: first)
        state.withLock { state in
            guard isRecording.load(ordering: .relaxed), state.next == first else { return }
            state.append(batch, limitBytes: limitBytes)
            guard !state.isWakeUpDue else { return }
            state.isWakeUpDue = true
            let earliest = state.lastWakeUp.map { $0 + timing.gathering.dispatchInterval }
            let now = DispatchTime.now()
            if let earliest, earliest > now {
                queue.asyncAfter(deadline: earliest) { [weak self] in self?.wakeUp() }
            } else {
                queue.async { [weak self] in self?.wakeUp() }
            }
        }
    }

    // MARK: Waking, on the ring's thread

    private func wakeUp(ticking: Bool = false) {
        let waiters = state.withLock { state in
            if ticking {
                state.ticks += 1
            } else {
                state.isWakeUpDue = false
                state.lastWakeUp = .now()
            }
            state.shown = state.next
            defer { state.waiters.removeAll(keepingCapacity: true) }
            return Array(state.waiters.values)
        }
        // One lock and one wake-up for each event loop.
        EventLoop.batchingEnqueues { for waiter in waiters { waiter.resume() } }
    }

    private func tick() {
        let isQuiet = state.withLock { state in
            guard state.streams == 0, let end = state.lastEnd,
                DispatchTime.now() >= end + timing.patience.dispatchInterval
            else { return false }
            isRecording.store(false, ordering: .releasing)
            state.forget()
            state.isTicking = false
            return true
        }
        guard !isQuiet else { return }
        wakeUp(ticking: true)
        tickLater()
    }

    private func tickLater() {
        let due = DispatchTime.now() + timing.keepAlive.dispatchInterval
        queue.asyncAfter(deadline: due) { [weak self] in self?.tick() }
    }

    // MARK: Streams

    /// Where a new stream begins.
    struct Start {
        let stream: UInt64
        /// The number of the first change to send.
        let next: UInt64
        let ticks: Int
        /// Why the stream does not begin behind the change that its client has seen last.
        let lag: ChangeLag?
    }

    /// Opens a stream, which ``end(_:)`` has to end.
    ///
    /// - Parameter last: The id of the last change that the client has seen, as it sent it; `nil` for
    ///   the changes from now on.
    /// - Returns: `nil` if there are as many streams as there may be.
    func open(after last: String?) -> Start? {
        let start: Start? = state.withLock { state in
            guard state.streams < Limits.streams else { return nil }
            state.streams += 1
            state.lastStream += 1
            if !state.isTicking {
                state.isTicking = true
                tickLater()
            }
            isRecording.store(true, ordering: .releasing)
            let (next, lag) = position(after: last, state)
            return Start(stream: state.lastStream, next: next, ticks: state.ticks, lag: lag)
        }
        if start?.lag != nil { lagged.add(1, ordering: .relaxed) }
        return start
    }

    private func position(
        after last: String?,
        _ state: borrowing State
    ) -> (next: UInt64, lag: ChangeLag?) {
        guard let last else { return (state.next, nil) }
        guard let id = ChangeID(last) else { return (state.next, .notAnID) }
        guard id.epoch == epoch, id.number < state.next else { return (state.next, .otherEpoch) }
        guard id.number + 1 >= state.first else { return (state.next, .tooOld) }
        return (id.number + 1, nil)
    }

    func end(_ stream: UInt64) {
        state.withLock { state in
            state.streams -= 1
            if state.streams == 0 { state.lastEnd = .now() }
        }
    }

    /// What there is for a stream.
    enum Look {
        /// Changes from the wanted number on.
        case batches([ChangeBatch])
        /// The stream has fallen behind: the next change for it is this one.
        case lagged(next: UInt64)
        case nothing
    }

    func look(from number: UInt64) -> Look {
        let look = state.withLock { $0.look(from: number) }
        if case .lagged = look { lagged.add(1, ordering: .relaxed) }
        return look
    }

    /// Waits until there are changes from a number on, until a comment is due, or until the task is
    /// cancelled.
    ///
    /// - Parameters:
    ///   - stream: The stream, which waits once at a time.
    ///   - ticks: The number of comments that were due so far.
    /// - Returns: The number of comments that are due now.
    nonisolated(nonsending) func wait(_ stream: UInt64, from number: UInt64, ticks: Int) async
        -> Int
    {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { waiter in
                let waits = state.withLock { state in
                    // The flag of the task is set before the handler below runs.
                    guard state.shown <= number, state.ticks == ticks, !Task.isCancelled else {
                        return false
                    }
                    state.waiters[stream] = waiter
                    return true
                }
                if !waits { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: stream) }?.resume()
        }
        return state.withLock { $0.ticks }
    }
}

extension ChangeRing.State {
    /// The number of the first change that is still here.
    fileprivate var first: UInt64 {
        sequence.isEmpty ? next : batch(sequence.lowerBound).numbers.lowerBound
    }

    fileprivate func batch(_ number: Int) -> ChangeBatch {
        guard let batch = slots[number % slots.count] else {
            preconditionFailure("a batch is missing")
        }
        return batch
    }

    fileprivate mutating func append(_ batch: ChangeBatch, limitBytes: Int) {
        if slots.isEmpty { slots = Array(repeating: nil, count: ChangeRing.Limits.batches) }
        if sequence.count == slots.count { removeFirst() }
        slots[sequence.upperBound % slots.count] = batch
        sequence = sequence.lowerBound..<sequence.upperBound + 1
        bytes += batch.bytes
        next = batch.numbers.upperBound
        while bytes > limitBytes, sequence.count > 1 { removeFirst() }
    }

    private mutating func removeFirst() {
        bytes -= batch(sequence.lowerBound).bytes
        slots[sequence.lowerBound % slots.count] = nil
        sequence = sequence.lowerBound + 1..<sequence.upperBound
    }

    /// Removes everything, because what comes next will not be recorded.
    fileprivate mutating func forget() {
        slots = []
        sequence = 0..<0
        bytes = 0
        // Nobody has seen this one: whoever comes back has missed it, and what came with it.
        next += 1
        shown = next
    }

    fileprivate func look(from number: UInt64) -> ChangeRing.Look {
        guard number < shown else { return .nothing }
        guard number >= first else { return .lagged(next: max(shown, first)) }
        // The number is in the last batch whose first number is not above it.
        var range = sequence
        while range.count > 1 {
            let middle = range.lowerBound + range.count / 2
            if batch(middle).numbers.lowerBound <= number {
                range = middle..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        let end = min(
            sequence.upperBound,
            range.lowerBound + ChangeRing.Limits.batchesPerLook
        )
        let batches = (range.lowerBound..<end).map { batch($0) }
        return .batches(batches.filter { $0.numbers.lowerBound < shown })
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        return .nanoseconds(Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
    }
}
