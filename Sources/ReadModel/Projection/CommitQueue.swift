internal import Dispatch
internal import Orders
internal import Synchronization

/// Writes groups of changes on a thread of its own, one at a time, so that the projector can apply the
/// next events meanwhile.
final class CommitQueue: Sendable {
    /// What is written in one transaction.
    struct Group: Sendable {
        let orders: [Order]
        let offsets: [StreamPosition: Int64]
    }

    typealias Outcome = Result<Void, StoreError>

    private let store: any OrderStore
    private let observer: (any ReadModelObserver)?
    private let now: @Sendable () -> ContinuousClock.Instant
    private let queue = DispatchQueue(label: "order-gateway.commit")
    private let outcome = Mutex<Outcome?>(nil)

    /// - Parameter now: Measures how long a commit takes, if it is observed.
    init(
        _ store: any OrderStore,
        observer: (any ReadModelObserver)?,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.store = store
        self.observer = observer
        self.now = now
    }

    /// Begins to write a group.
    ///
    /// The outcome of the group before must have been taken.
    func begin(_ group: Group) {
        queue.async { [self] in
            let outcome = Outcome { () throws(StoreError) in try write(group) }
            self.outcome.withLock { $0 = outcome }
        }
    }

    private func write(_ group: Group) throws(StoreError) {
        guard let observer else {
            try store.commit(orders: group.orders, offsets: group.offsets)
            return
        }
        let start = now()
        do throws(StoreError) {
            let bytes = try store.commit(orders: group.orders, offsets: group.offsets)
            let duration = start.duration(to: now())
            observer.committed(
                WrittenCommit(orders: group.orders.count, bytes: bytes, duration: duration)
            )
        } catch {
            observer.storeFailed(error)
            throw error
        }
    }

    /// Waits until no group is being written.
    func wait() { queue.sync {} }

    /// The outcome of the last group; `nil` while it is being written, and after it has been taken.
    func takeOutcome() -> Outcome? {
        outcome.withLock { $0.take() }
    }
}
