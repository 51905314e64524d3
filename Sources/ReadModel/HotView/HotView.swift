package import Orders
internal import Synchronization
internal import Text

/// The recently changed orders in memory: their states, and their views ready to be sent.
///
/// The event loops read it, and only the projector writes it. It has several shards with a lock
/// each, so that a reader rarely waits for the writer or for another reader.
package final class HotView: Sendable {
    /// The shards, which are part of this object, so that a read changes no reference count.
    private let shards: InlineArray<16, Mutex<HotShard>>
    private let shardLimitBytes: Int

    /// - Parameter limitBytes: The memory for all orders, in bytes. The orders may exceed it until
    ///   the next commit, because orders that are not in the store yet are never removed.
    package init(limitBytes: Int) {
        let hash = OrderHash()
        shards = InlineArray { _ in Mutex(HotShard(hash)) }
        shardLimitBytes = limitBytes / shards.count
    }

    private func withShard<Value>(of id: OrderID, _ body: (inout HotShard) -> Value) -> Value {
        // The last bits of a UUIDv7 are random.
        shards[Int(truncatingIfNeeded: id.low) & (shards.count - 1)].withLock { body(&$0) }
    }

    /// Returns the view of an order; `nil` if it is not in memory or its creation is not consumed.
    package func view(of id: OrderID) -> OrderView? {
        withShard(of: id) { $0.view(of: id) }
    }

    /// Returns an order; `nil` if it is not in memory.
    func order(_ id: OrderID) -> HotOrder? { withShard(of: id) { $0.order(id) } }

    /// The number of orders in memory.
    package var count: Int { sum { $0.count } }

    /// The memory of the orders, in bytes.
    package var bytes: Int { sum { $0.bytes } }

    /// The number of places for orders; for tests.
    var placeCount: Int { sum { $0.placeCount } }
    /// The memory of all places, free ones included; for tests.
    var placeBytes: Int { sum { $0.placeBytes } }

    private func sum(_ number: (HotShard) -> Int) -> Int {
        shards.indices.reduce(0) { $0 + shards[$1].withLock { number($0) } }
    }

    // MARK: For the projector

    /// The number of an order in its shard; `nil` if the order is not in memory.
    ///
    /// It is valid until the next call of ``trim()``.
    func find(_ id: OrderID) -> HotShard.Number? { withShard(of: id) { $0.find(id) } }

    /// Folds an event into an order that is in memory.
    ///
    /// - Returns: The order's change; `nil` if the event did not change it.
    func fold(
        _ event: Event,
        from place: RecordPlace,
        into number: HotShard.Number
    ) -> HotChange? {
        withShard(of: event.payload.orderID) { $0.fold(event, from: place, into: number) }
    }

    /// Folds an event into an order that was not in memory before the event's batch.
    ///
    /// - Parameter stored: Orders of the store, among them this one if the store has it.
    /// - Returns: The order's change; `nil` if the event did not change it.
    func fold(
        _ event: Event,
        from place: RecordPlace,
        among stored: [OrderID: Order]
    ) -> HotChange? {
        withShard(of: event.payload.orderID) { $0.fold(event, from: place, among: stored) }
    }

    /// Returns the state of an order and its view; `nil` while its creation is not known.
    func change(_ id: OrderID, _ number: HotShard.Number) -> OrderChange? {
        withShard(of: id) { $0.change(number) }
    }

    /// Returns the present states of changed orders, which may be removed from now on once they are
    /// in the store.
    func collect(_ changes: [HotChange]) -> [Order] {
        changes.map { change in withShard(of: change.id) { $0.collect(change.number) } }
    }

    /// Removes the orders with the oldest changes until the memory is within the limit.
    ///
    /// Every order that is not marked as changed must already be in the store.
    func trim() {
        for index in shards.indices { shards[index].withLock { $0.trim(to: shardLimitBytes) } }
    }
}
