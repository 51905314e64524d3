internal import Dispatch
internal import Orders
internal import Synchronization

/// Writes a group of changes on a thread of its own, so that the next events need not wait for the
/// disk.
final class CommitQueue: Sendable {
    /// What is written in one transaction.
    struct Group: Sendable {
        let orders: [Order]
        let offsets: [StreamPosition: Int64]
    }

    typealias Outcome = Result<Void, StoreError>

    private let store: OrderStore
    private let queue = DispatchQueue(label: "order-gateway.commit")
    private let outcome = Mutex<Outcome?>(nil)

    init(_ store: OrderStore) {
        self.store = store
    }

    /// Begins to write a group; the outcome of the one before has to be taken.
    func begin(_ group: Group) {
        queue.async { [self] in
            let outcome = Outcome { () throws(StoreError) in
                try store.commit(orders: group.orders, offsets: group.offsets)
            }
            self.outcome.withLock { $0 = outcome }
        }
    }

    /// Waits until no group is being written.
    func wait() { queue.sync {} }

    /// What has become of a group, once; `nil` while it is being written.
    func takeOutcome() -> Outcome? {
        outcome.withLock { $0.take() }
    }
}
