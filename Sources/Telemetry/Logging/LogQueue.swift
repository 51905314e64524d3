internal import Dispatch
internal import Synchronization

/// A queue of lines that wait to be written.
///
/// Lines that do not fit are lost and counted.
final class LogQueue: Sendable {
    enum Limits {
        /// The limit of the size of all lines that wait or are being written.
        static let bytes = 1024 * 1024
        /// The part of it that minor lines may fill, so that a flood of them leaves room for the
        /// others.
        static let minorBytes = bytes / 2
        /// The memory for each line besides its bytes.
        static let bytesPerLine = 64
    }

    /// A line, and the text that reports lines lost before it.
    struct Entry: Sendable {
        let line: [UInt8]
        let aboutLoss: LogSink.AboutLoss
        /// The number of lines that did not fit since the last line that did.
        var lostBefore = 0

        fileprivate var cost: Int { line.count + Limits.bytesPerLine }
    }

    /// The lines to write next.
    struct Batch {
        var entries: [Entry]
        /// The number of lines that did not fit after these.
        var lostAfter: Int
    }

    private struct State {
        var entries: [Entry] = []
        var bytes = 0
        var lost = 0
        /// Whether the writer waits for a line.
        var isIdle = true
        var isEnding = false
        /// The callers that wait until the writer is idle.
        var waiters: [DispatchSemaphore] = []
    }

    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)
    private let allLost = Atomic(0)

    // MARK: For callers

    /// Adds a line without waiting.
    ///
    /// - Parameter isMinor: Whether the line is lost before others are.
    func put(_ line: [UInt8], isMinor: Bool, _ aboutLoss: @escaping LogSink.AboutLoss) {
        let limit = isMinor ? Limits.minorBytes : Limits.bytes
        var entry = Entry(line: line, aboutLoss: aboutLoss)
        let wakes = state.withLock { state in
            guard state.bytes + entry.cost <= limit else {
                state.lost += 1
                noteLoss()
                return false
            }
            entry.lostBefore = state.lost
            state.lost = 0
            state.bytes += entry.cost
            state.entries.append(entry)
            defer { state.isIdle = false }
            return state.isIdle
        }
        if wakes { wakeUp.signal() }
    }

    /// The number of lines that were lost since the beginning.
    var lostCount: Int { allLost.load(ordering: .relaxed) }

    /// Counts a line that is lost.
    func noteLoss() { allLost.add(1, ordering: .relaxed) }

    /// Waits until all lines are written or lost.
    ///
    /// - Returns: Whether this happened within the time limit.
    @discardableResult
    func waitUntilIdle(_ limit: Duration) -> Bool {
        let idle = DispatchSemaphore(value: 0)
        let isIdle = state.withLock { state in
            if !state.isIdle { state.waiters.append(idle) }
            return state.isIdle
        }
        let nanoseconds = Int(limit / .nanoseconds(1))
        return isIdle || idle.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
    }

    /// Ends the queue, because no more lines will come.
    ///
    /// The writer ends when all lines are written.
    func end() {
        let wakes = state.withLock { state in
            state.isEnding = true
            return state.isIdle
        }
        if wakes { wakeUp.signal() }
    }

    // MARK: For the writer

    /// Waits for lines to write; `nil` at the end.
    func take() -> Batch? {
        while true {
            let (batch, isAtEnd) = state.withLock { state -> (Batch?, Bool) in
                guard !state.entries.isEmpty || state.lost > 0 else {
                    state.isIdle = true
                    for waiter in state.waiters { waiter.signal() }
                    state.waiters = []
                    return (nil, state.isEnding)
                }
                let batch = Batch(entries: state.entries, lostAfter: state.lost)
                state.entries = []
                state.lost = 0
                return (batch, false)
            }
            if let batch { return batch }
            if isAtEnd { return nil }
            wakeUp.wait()
        }
    }

    /// Releases the space of a line, because the writer has finished with it.
    func finish(_ entry: Entry) {
        state.withLock { $0.bytes -= entry.cost }
    }
}
