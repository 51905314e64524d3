package import Orders
internal import Synchronization
internal import Text

/// Recently touched orders in memory: their state for the fold, and their view ready to be sent.
///
/// Read by the event loops, written by the projector only. Split into shards, each with its lock, so
/// that a reader rarely waits for the writer or for another reader.
package final class HotView: Sendable {
    private static let shardCount = 16

    private final class Shard: Sendable {
        let content = Mutex(HotShard())
    }

    private let shards: [Shard]
    private let shardLimitBytes: Int

    /// - Parameter limitBytes: What the orders may take in all. It is kept between groups: orders
    ///   that are not in the store yet are never given up.
    package init(limitBytes: Int) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        shardLimitBytes = limitBytes / Self.shardCount
    }

    private func shard(_ id: OrderID) -> Shard {
        // The last bits of a UUIDv7 are random.
        shards[Int(truncatingIfNeeded: id.low) & (Self.shardCount - 1)]
    }

    /// The view of an order, if it is here and its creation has been consumed.
    package func view(of id: OrderID) -> OrderView? {
        shard(id).content.withLock { $0.view(of: id) }
    }

    /// The number of orders here.
    package var count: Int { shards.reduce(0) { $0 + $1.content.withLock { $0.count } } }

    /// What they take, in bytes.
    package var bytes: Int { shards.reduce(0) { $0 + $1.content.withLock { $0.bytes } } }

    /// How long the queues of touches are; for tests.
    var touches: Int { shards.reduce(0) { $0 + $1.content.withLock { $0.touches } } }

    // MARK: For the projector

    func find(_ id: OrderID) -> HotOrder? { shard(id).content.withLock { $0.find(id) } }

    /// - Parameter order: One that is not here.
    func insert(_ order: Order) -> HotOrder {
        let order = HotOrder(order)
        shard(order.order.id).content.withLock { $0.insert(order) }
        return order
    }

    /// - Parameter order: One that is here.
    /// - Returns: Whether the event said something new.
    func fold(_ event: Event, into order: HotOrder) -> Bool {
        shard(event.payload.orderID).content.withLock { $0.fold(event, into: order) }
    }

    /// Gives up what was touched longest ago until the limit is kept.
    ///
    /// To be called only when everything here that is not marked as changed is in the store as well.
    func trim() {
        for shard in shards { shard.content.withLock { $0.trim(to: shardLimitBytes) } }
    }
}
