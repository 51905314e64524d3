package import Orders
internal import Synchronization
internal import Text

/// Recently changed orders in memory: their state for the fold, and their view ready to be sent.
///
/// The event loops read it; only the projector writes it. It is split into shards with a lock each, so
/// that a reader rarely waits for the writer or for another reader.
package final class HotView: Sendable {
    private static let shardCount = 16

    private final class Shard: Sendable {
        let content = Mutex(HotShard())
    }

    private let shards: [Shard]
    private let shardLimitBytes: Int

    /// - Parameter limitBytes: The memory for all orders, in bytes. It may be exceeded until the next
    ///   commit: orders that are not in the store yet are never removed.
    package init(limitBytes: Int) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        shardLimitBytes = limitBytes / Self.shardCount
    }

    private func shard(_ id: OrderID) -> Shard {
        // The last bits of a UUIDv7 are random.
        shards[Int(truncatingIfNeeded: id.low) & (Self.shardCount - 1)]
    }

    /// The view of an order; `nil` when it is not in memory or its creation has not been consumed.
    package func view(of id: OrderID) -> OrderView? {
        shard(id).content.withLock { $0.view(of: id) }
    }

    /// The number of orders in memory.
    package var count: Int { shards.reduce(0) { $0 + $1.content.withLock { $0.count } } }

    /// The memory that the orders take, in bytes.
    package var bytes: Int { shards.reduce(0) { $0 + $1.content.withLock { $0.bytes } } }

    /// The length of the shards' queues; for tests.
    var touches: Int { shards.reduce(0) { $0 + $1.content.withLock { $0.touches } } }

    // MARK: For the projector

    func find(_ id: OrderID) -> HotOrder? { shard(id).content.withLock { $0.find(id) } }

    /// Adds an order that is not in memory.
    func insert(_ order: Order) -> HotOrder {
        let order = HotOrder(order)
        shard(order.order.id).content.withLock { $0.insert(order) }
        return order
    }

    /// Folds an event into an order that is in memory.
    ///
    /// - Returns: Whether the event changed the order.
    func fold(_ event: Event, into order: HotOrder) -> Bool {
        shard(event.payload.orderID).content.withLock { $0.fold(event, into: order) }
    }

    /// Removes the orders that were changed longest ago until the limit is kept.
    ///
    /// Every order that is not marked as changed must be in the store by now.
    func trim() {
        for shard in shards { shard.content.withLock { $0.trim(to: shardLimitBytes) } }
    }
}
