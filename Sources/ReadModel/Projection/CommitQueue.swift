internal import Dispatch
internal import Orders
internal import Synchronization

/// Writes groups of changes on its own thread, one at a time.
///
/// The projector can apply the next events during a write.
final class CommitQueue: Sendable {
    /// The content of one transaction.
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

    /// - Parameter now: The clock for the duration of commits; read only if there is an observer.
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
    /// The caller must have taken the outcome of the previous group.
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

    /// Takes the outcome of the last group; `nil` during the write and after an earlier call.
    func takeOutcome() -> Outcome? {
        outcome.withLock { $0.take() }
    }
}
