internal import Synchronization

/// Counts the connections of all loops, so that they leave the process the descriptors that it needs
/// for itself.
final class ConnectionCapacity: Sendable {
    /// Most open connections.
    let limit: Int
    private let count = Atomic<Int>(0)
    private let loops = Mutex<[EventLoop]>([])

    init(limit: Int) {
        self.limit = limit
    }

    /// Has a loop's idle connections be ended for others; to be called before any loop runs.
    func include(_ loop: EventLoop) { loops.withLock { $0.append(loop) } }

    /// The loops end: nothing is asked of them any more.
    func close() { loops.withLock { $0 = [] } }

    /// Whether there may be another connection.
    ///
    /// Loops that ask at the same time may each take one: so there is one too many for each further loop
    /// at most, and nobody is ended for a place that was only asked for.
    var hasRoom: Bool { count.load(ordering: .relaxed) < limit }

    /// Counts a new connection.
    func take() { count.add(1, ordering: .relaxed) }

    func giveBack() { count.subtract(1, ordering: .relaxed) }

    /// Ends the longest idle connections, whichever loop they are on.
    ///
    /// - Returns: Whether there were any.
    func makeRoom() async -> Bool {
        var first: (loop: EventLoop, deadline: MonotonicTime)?
        for loop in loops.withLock({ $0 }) {
            let found = await Task(executorPreference: loop) { loop.earliestIdleDeadline() }.value
            // All have the same time, so the first to run out has been idle for longest.
            guard let found, found < first?.deadline ?? .distantFuture else { continue }
            first = (loop, found)
        }
        guard let loop = first?.loop else { return false }
        return await Task(executorPreference: loop) { await loop.endLongestIdle() }.value
    }
}
