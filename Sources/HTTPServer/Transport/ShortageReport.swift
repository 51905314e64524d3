internal import Synchronization

/// Tells once of each time during which connections have to wait, whichever loop notices first, and
/// from time to time of those that are refused.
final class ShortageReport: Sendable {
    private enum Limits {
        /// Between two reports of refused connections, whose number the clients decide.
        static var pause: Duration { .seconds(10) }
    }

    private let nextOccasion = Mutex(MonotonicTime.distantPast)
    private let loopsConcerned = Atomic<Int>(0)
    private let report: @Sendable (ServerShortage) -> Void

    init(_ report: @escaping @Sendable (ServerShortage) -> Void) {
        self.report = report
    }

    /// A loop leaves connections waiting.
    func begin(_ shortage: ServerShortage) {
        let count = loopsConcerned.add(1, ordering: .relaxed).newValue
        if count == 1 { report(shortage) }
    }

    /// The loop has taken all that waited.
    func end() {
        loopsConcerned.subtract(1, ordering: .relaxed)
    }

    /// Reports it unless something was reported here a short while ago.
    func occasionally(_ shortage: ServerShortage, now: MonotonicTime) {
        let isDue = nextOccasion.withLock { next in
            guard now >= next else { return false }
            next = now.advanced(by: Limits.pause)
            return true
        }
        if isDue { report(shortage) }
    }
}
