package import Orders
internal import Synchronization
internal import Text

/// Recently changed orders in memory: their state for the fold, and their view ready to be sent.
///
/// The event loops read it; only the projector writes it. It is split into shards with a lock each, so
/// that a reader rarely waits for the writer or for another reader.
package final class HotView: Sendable {
    /// They are part of this object: a reader reaches them without a reference count to change.
    private let shards = InlineArray<16, _> { _ in Mutex(HotShard()) }
    private let shardLimitBytes: Int

    /// - Parameter limitBytes: The memory for all orders, in bytes. It may be exceeded until the next
    ///   commit: orders that are not in the store yet are never removed.
    package init(limitBytes: Int) {
        shardLimitBytes = limitBytes / shards.count
    }

    private func withShard<Value>(of id: OrderID, _ body: (inout HotShard) -> Value) -> Value {
        // The last bits of a UUIDv7 are random.
        shards[Int(truncatingIfNeeded: id.low) & (shards.count - 1)].withLock { body(&$0) }
    }

    /// The view of an order; `nil` when it is not in memory or its creation has not been consumed.
    package func view(of id: OrderID) -> OrderView? {
        withShard(of: id) { $0.view(of: id) }
    }

    /// The number of orders in memory.
    package var count: Int { sum { $0.count } }

    /// The memory that the orders take, in bytes.
    package var bytes: Int { sum { $0.bytes } }

    /// The length of the shards' queues; for tests.
    var touches: Int { sum { $0.touches } }

    private func sum(_ number: (HotShard) -> Int) -> Int {
        shards.indices.reduce(0) { $0 + shards[$1].withLock { number($0) } }
    }

    // MARK: For the projector

    func find(_ id: OrderID) -> HotOrder? { withShard(of: id) { $0.find(id) } }

    /// Adds an order that is not in memory.
    func insert(_ order: Order) -> HotOrder {
        let order = HotOrder(order)
        withShard(of: order.order.id) { $0.insert(order) }
        return order
    }

    /// Folds an event into an order that is in memory.
    ///
    /// - Returns: Whether the event changed the order.
    func fold(_ event: Event, into order: HotOrder) -> Bool {
        withShard(of: event.payload.orderID) { $0.fold(event, into: order) }
    }

    /// Removes the orders that were changed longest ago until the limit is kept.
    ///
    /// Every order that is not marked as changed must be in the store by now.
    func trim() {
        for index in shards.indices { shards[index].withLock { $0.trim(to: shardLimitBytes) } }
    }
}
