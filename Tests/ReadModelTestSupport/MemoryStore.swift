package import Orders
package import ReadModel
import Synchronization

/// A store in memory, whose content is kept by its ``MemoryDisk``.
package final class MemoryStore: OrderStore {
    private let disk: MemoryDisk
    private let isClosed = Mutex(false)

    package init(_ disk: MemoryDisk = MemoryDisk()) {
        self.disk = disk
    }

    private func reading<Value>(
        _ action: String,
        _ body: (MemoryDisk.Content) -> Value
    ) throws(StoreError) -> Value {
        try check(action)
        return disk.content.withLock { body($0) }
    }

    private func check(_ action: String) throws(StoreError) {
        guard isClosed.withLock({ $0 }) else { return }
        throw .failed(action: action, reason: "the store has been closed", isTransient: false)
    }

    package func order(_ id: OrderID) async throws(StoreError) -> Order? {
        try reading("reading an order") { $0.orders[id] }
    }

    package func orders(_ ids: [OrderID]) throws(StoreError) -> [OrderID: Order] {
        let ids = Set(ids)
        return try reading("reading orders") { content in
            content.orders.filter { ids.contains($0.key) }
        }
    }

    package func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order] {
        try reading("reading orders") { content in
            let ids = content.orders.keys.filter { id == nil || $0 > id ?? $0 }.sorted()
            return ids.prefix(limit).compactMap { content.orders[$0] }
        }
    }

    package func count() throws(StoreError) -> Int {
        try reading("counting orders") { $0.orders.values.count { $0.creation != nil } }
    }

    package func count(from id: OrderID) throws(StoreError) -> Int {
        try reading("counting orders") { $0.orders.keys.count { $0 >= id } }
    }

    package func highestID() throws(StoreError) -> OrderID? {
        try reading("reading the highest id") { $0.orders.keys.max() }
    }

    package func offsets() throws(StoreError) -> [StreamPosition: Int64] {
        try reading("reading offsets") { $0.offsets }
    }

    @discardableResult
    package func commit(
        orders: [Order],
        offsets: [StreamPosition: Int64]
    ) throws(StoreError) -> Int {
        try check("writing orders")
        return try disk.write { content in
            for order in orders { content.orders[order.id] = order }
            content.offsets.merge(offsets) { $1 }
            return orders.count
        }
    }

    package func close() throws(StoreError) {
        try check("closing the read model")
        isClosed.withLock { $0 = true }
    }

    // MARK: Trouble

    /// Whether commits fail as on a full disk.
    package func setFull(_ isFull: Bool) { disk.setFull(isFull) }

    /// The number of commits that have begun and are not written yet.
    package var waitingWrites: Int { disk.waiting.withLock { $0 } }

    /// Keeps commits waiting while a body runs.
    package func withoutWrites(_ body: () throws -> Void) rethrows {
        try disk.writer.withLock { _ in try body() }
    }
}

/// What stores in memory have written: it is there when a store is opened again.
package final class MemoryDisk: Sendable {
    fileprivate struct Content {
        var orders: [OrderID: Order] = [:]
        var offsets: [StreamPosition: Int64] = [:]
    }

    fileprivate let content = Mutex(Content())
    fileprivate let failure = Mutex<StoreError?>(nil)
    fileprivate let waiting = Mutex(0)
    /// Held by the one that writes.
    fileprivate let writer = Mutex(())

    package init() {}

    /// Whether commits fail as on a full disk.
    package func setFull(_ isFull: Bool) {
        fail(isFull ? .failed(action: "writing orders", reason: "full", isTransient: true) : nil)
    }

    /// Makes all commits fail with an error, or none.
    package func fail(_ error: StoreError?) { failure.withLock { $0 = error } }

    fileprivate func write(_ body: (inout Content) -> Int) throws(StoreError) -> Int {
        waiting.withLock { $0 += 1 }
        defer { waiting.withLock { $0 -= 1 } }
        return try writer.withLock { _ throws(StoreError) in
            if let failure = failure.withLock({ $0 }) { throw failure }
            return content.withLock { body(&$0) }
        }
    }
}
