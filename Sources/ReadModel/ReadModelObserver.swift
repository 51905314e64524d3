package import Orders

/// What the read model lets others observe, such as metrics and traces.
///
/// A call comes from the thread on which the thing has happened, so it has to return quickly and must
/// not block. Each call does nothing unless it is implemented. Without an observer, an event or a read
/// costs one comparison.
package protocol ReadModelObserver: AnyObject, Sendable {
    /// A read looked for an order's view: in memory it was found, or the store has to be asked.
    func hotViewRead(isHit: Bool)

    /// Events have changed orders, and the changed views can be read from now on.
    ///
    /// - Parameter events: Those events of a batch that changed their order, in the order in which
    ///   they were applied.
    func becameVisible(_ events: [Event])

    /// The store has written a group of changes.
    func committed(_ commit: WrittenCommit)

    /// The store could not be read or written.
    func storeFailed(_ error: StoreError)
}

extension ReadModelObserver {
    package func hotViewRead(isHit: Bool) {}
    package func becameVisible(_ events: [Event]) {}
    package func committed(_ commit: WrittenCommit) {}
    package func storeFailed(_ error: StoreError) {}
}

/// A group of changes that the store has written in one transaction.
package struct WrittenCommit: Equatable, Sendable {
    /// The number of orders that were written.
    package let orders: Int
    /// The size of the orders' values in bytes.
    package let bytes: Int
    /// From the beginning of the transaction until the store returned.
    package let duration: Duration

    package init(orders: Int, bytes: Int, duration: Duration) {
        self.orders = orders
        self.bytes = bytes
        self.duration = duration
    }
}
