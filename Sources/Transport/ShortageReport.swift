internal import Synchronization

/// Tells once of each time during which connections have to wait, whichever loop notices first, and
/// from time to time of those that are refused.
final class ShortageReport: Sendable {
    private enum Limits {
        /// Between two reports of refused connections, whose number the clients decide.
        static var pause: Duration { .seconds(10) }
    }

    private let nextOccasion = Mutex(MonotonicTime.distantPast)
    /// How many listening sockets have connections waiting.
    private let concerned = Mutex(0)
    private let report: @Sendable (ServerShortage) -> Void
    private let relieved: @Sendable () -> Void

    /// - Parameter relieved: Called when no connection has to wait any more.
    init(
        _ report: @escaping @Sendable (ServerShortage) -> Void,
        relieved: @escaping @Sendable () -> Void = {}
    ) {
        self.report = report
        self.relieved = relieved
    }

    /// A listening socket leaves connections waiting.
    func begin(_ shortage: ServerShortage) {
        // Told under the lock, so that beginnings and ends are told in their order.
        concerned.withLock { concerned in
            concerned += 1
            if concerned == 1 { report(shortage) }
        }
    }

    /// The socket has taken all that waited.
    func end() {
        concerned.withLock { concerned in
            concerned -= 1
            if concerned == 0 { relieved() }
        }
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
