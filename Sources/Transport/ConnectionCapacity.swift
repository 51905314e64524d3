internal import Synchronization

/// Counts the connections of all loops.
///
/// The limit leaves the process the descriptors that it needs itself.
final class ConnectionCapacity: Sendable {
    /// The maximum number of open connections.
    let limit: Int
    private let count = Atomic<Int>(0)
    private let loops = Mutex<[EventLoop]>([])

    init(limit: Int) {
        self.limit = limit
    }

    /// Adds a loop whose idle connections may be ended to make room.
    ///
    /// Must be called before any loop runs.
    func include(_ loop: EventLoop) { loops.withLock { $0.append(loop) } }

    /// Removes all loops, because they end.
    func close() { loops.withLock { $0 = [] } }

    /// Whether there is room for another connection.
    ///
    /// Loops that ask at the same time may each take a place, so each further loop exceeds the
    /// limit by one at most. No connection is ended for a place that was only asked for.
    var hasRoom: Bool { count.load(ordering: .relaxed) < limit }

    /// Counts a new connection.
    func take() { count.add(1, ordering: .relaxed) }

    func giveBack() { count.subtract(1, ordering: .relaxed) }

    /// Ends the longest idle connections on whichever loop they are.
    ///
    /// - Returns: Whether any connection was idle.
    func makeRoom() async -> Bool {
        var first: (loop: EventLoop, deadline: MonotonicTime)?
        for loop in loops.withLock({ $0 }) {
            let found = await Task(executorPreference: loop) { loop.earliestIdleDeadline() }.value
            // All idle timeouts are equal, so the earliest deadline belongs to the longest idle
            // connection.
            guard let found, found < first?.deadline ?? .distantFuture else { continue }
            first = (loop, found)
        }
        guard let loop = first?.loop else { return false }
        return await Task(executorPreference: loop) { await loop.endLongestIdle() }.value
    }
}
