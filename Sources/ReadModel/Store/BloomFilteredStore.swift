package import Orders
internal import Synchronization

/// A store that recognizes most absent orders without a read of the database.
///
/// Every new order is looked up once before it is stored. This decorator answers most of these
/// look-ups from memory, with a Bloom filter: see ``StoredIDs``.
///
/// It is correct only if nothing else writes to the same database. The filter learns about an order
/// only when the order is committed here.
package final class BloomFilteredStore: OrderStore {
    private let store: any OrderStore
    private let ids: Mutex<StoredIDs>

    /// - Throws: ``StoreError`` if the highest stored ID cannot be read.
    package init(_ store: any OrderStore) throws(StoreError) {
        self.store = store
        ids = Mutex(StoredIDs(highest: try store.highestID()))
    }

    package func order(_ id: OrderID) async throws(StoreError) -> Order? {
        guard ids.withLock({ $0.mayContain(id) }) else { return nil }
        return try await store.order(id)
    }

    package func orders(_ ids: [OrderID]) throws(StoreError) -> [OrderID: Order] {
        let possible = self.ids.withLock { known in ids.filter { known.mayContain($0) } }
        return possible.isEmpty ? [:] : try store.orders(possible)
    }

    package func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order] {
        try store.orders(after: id, limit: limit)
    }

    package func count() throws(StoreError) -> Int { try store.count() }

    package func count(from id: OrderID) throws(StoreError) -> Int { try store.count(from: id) }

    package func highestID() throws(StoreError) -> OrderID? { try store.highestID() }

    package func offsets() throws(StoreError) -> [StreamPosition: Int64] { try store.offsets() }

    @discardableResult
    package func commit(
        orders: [Order],
        offsets: [StreamPosition: Int64]
    ) throws(StoreError) -> Int {
        // Update the filter before the write, because a read that begins after the commit has to
        // find the orders.
        ids.withLock { ids in for order in orders { ids.insert(order.id) } }
        return try store.commit(orders: orders, offsets: offsets)
    }

    package func close() throws(StoreError) { try store.close() }
}
