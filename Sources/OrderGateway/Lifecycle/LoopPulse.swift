internal import Synchronization
internal import Transport

/// Asks one event loop for a sign of life, and measures how long that takes.
final class LoopPulse: Sendable {
    /// The name of the loop's thread.
    let name: String
    private let loop: any TaskExecutor
    /// The time of the question that is not answered yet, in nanoseconds; 0 if there is none.
    private let asked = Atomic<Int64>(0)
    /// The time that the last answer took, in nanoseconds.
    private let lastDelay = Atomic<Int64>(0)

    init(name: String, of loop: any TaskExecutor) {
        self.name = name
        self.loop = loop
    }

    /// Whether the loop has not answered the last question yet.
    var isWaiting: Bool { asked.load(ordering: .acquiring) != 0 }

    /// The time that work last waited on the loop, or has waited until now if it still does.
    var delay: Duration {
        let last = lastDelay.load(ordering: .relaxed)
        let asked = asked.load(ordering: .acquiring)
        guard asked != 0 else { return .nanoseconds(last) }
        return .nanoseconds(max(last, MonotonicTime.now().nanoseconds - asked))
    }

    /// Asks the loop; it must have answered the question before.
    func ask() {
        precondition(!isWaiting, "a loop is asked one question at a time")
        asked.store(MonotonicTime.now().nanoseconds, ordering: .releasing)
        Task(executorPreference: loop) { self.answer() }
    }

    private func answer() {
        let delay = MonotonicTime.now().nanoseconds - asked.load(ordering: .acquiring)
        lastDelay.store(delay, ordering: .relaxed)
        asked.store(0, ordering: .releasing)
    }
}
