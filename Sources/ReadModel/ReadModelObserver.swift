package import Orders
package import Text

/// An observer of the read model, such as metrics or traces.
///
/// Calls come from the thread that does the work, so an implementation has to return quickly and
/// must not block. The default implementations do nothing. Without an observer, an event or a read
/// costs one comparison.
package protocol ReadModelObserver: AnyObject, Sendable {
    /// Receives whether a read has found an order's view in memory; if not, the store is read.
    func hotViewRead(isHit: Bool)

    /// Receives events that have changed orders, when the changed views can be read.
    ///
    /// - Parameter events: The events of a batch that changed their orders, in the order in which
    ///   they were applied.
    func becameVisible(_ events: [VisibleEvent])

    /// Receives the report that the store has written a group of changes.
    func committed(_ commit: WrittenCommit)

    /// Receives an error of a read or write of the store.
    func storeFailed(_ error: StoreError)
}

extension ReadModelObserver {
    package func hotViewRead(isHit: Bool) {}
    package func becameVisible(_ events: [VisibleEvent]) {}
    package func committed(_ commit: WrittenCommit) {}
    package func storeFailed(_ error: StoreError) {}
}

/// An event that has changed its order.
package struct VisibleEvent: Equatable, Sendable {
    package let orderID: OrderID
    package let eventType: EventType
    /// The time of the event.
    package let timestamp: Timestamp
    /// The topic from which it was consumed.
    package let topic: String
    /// The trace of the event, if its span is marked as one that is recorded.
    package let traceID: TraceID?

    package init(
        orderID: OrderID,
        eventType: EventType,
        timestamp: Timestamp,
        topic: String,
        traceID: TraceID? = nil
    ) {
        self.traceID = traceID
        self.orderID = orderID
        self.eventType = eventType
        self.timestamp = timestamp
        self.topic = topic
    }
}

/// A group of changes that the store has written in one transaction.
package struct WrittenCommit: Equatable, Sendable {
    /// The number of orders that were written.
    package let orders: Int
    /// The size of the orders' values in bytes.
    package let bytes: Int
    /// The time from the beginning of the transaction until the store returned.
    package let duration: Duration

    package init(orders: Int, bytes: Int, duration: Duration) {
        self.orders = orders
        self.bytes = bytes
        self.duration = duration
    }
}
