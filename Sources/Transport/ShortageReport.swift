internal import Synchronization

/// Reports a shortage of connections once, and refused connections at intervals.
///
/// A shortage lasts as long as connections have to wait. The first loop that notices it reports it.
final class ShortageReport: Sendable {
    private enum Limits {
        /// The time between two reports of refused connections.
        ///
        /// Clients decide how many there are.
        static var pause: Duration { .seconds(10) }
    }

    private let nextOccasion = Mutex(MonotonicTime.distantPast)
    /// The number of listening sockets that have waiting connections.
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

    /// Notes that a listening socket leaves connections waiting.
    func begin(_ shortage: ServerShortage) {
        // Report while holding the lock, so that starts and ends are reported in their order.
        concerned.withLock { concerned in
            concerned += 1
            if concerned == 1 { report(shortage) }
        }
    }

    /// Notes that the socket has accepted all waiting connections.
    func end() {
        concerned.withLock { concerned in
            concerned -= 1
            if concerned == 0 { relieved() }
        }
    }

    /// Reports a shortage unless this method has reported one within the last ``Limits/pause``.
    func occasionally(_ shortage: ServerShortage, now: MonotonicTime) {
        let isDue = nextOccasion.withLock { next in
            guard now >= next else { return false }
            next = now.advanced(by: Limits.pause)
            return true
        }
        if isDue { report(shortage) }
    }
}
