package import Orders
internal import Synchronization

/// Recently touched orders in memory: their state for the fold, and their view ready to be sent.
///
/// Read by the event loops, written by the projector only. Split into shards, each with its lock, so
/// that a reader rarely waits for the writer or for another reader.
package final class HotView: Sendable {
    enum Limits {
        static let shards = 16
        /// Memory of an entry beside its texts: dictionary slot, queue slot, array headers, enum
        /// payloads; measured as resident bytes per order, rounded up.
        static let entryBytes = 512
    }

    private let shards: [Shard]

    /// - Parameter limitBytes: What the entries may take in all. It is kept between groups: orders
    ///   that are not in the store yet are never given up.
    package init(limitBytes: Int) {
        shards = (0..<Limits.shards).map { _ in Shard(limitBytes: limitBytes / Limits.shards) }
    }

    private func shard(_ id: OrderID) -> Shard {
        // The last bits of a UUIDv7 are random.
        shards[Int(truncatingIfNeeded: id.low) & (Limits.shards - 1)]
    }

    /// The view of an order, if it is here and its creation has been consumed.
    package func view(of id: OrderID) -> OrderView? {
        shard(id).entries.withLock { $0.found[id]?.view }
    }

    /// The number of orders here.
    package var count: Int { shards.reduce(0) { $0 + $1.entries.withLock { $0.found.count } } }

    /// What they take, in bytes.
    package var bytes: Int { shards.reduce(0) { $0 + $1.entries.withLock { $0.bytes } } }

    /// How long the queues of touches are; for tests.
    var touches: Int { shards.reduce(0) { $0 + $1.entries.withLock { $0.touches } } }

    // MARK: For the projector

    func order(_ id: OrderID) -> Order? {
        shard(id).entries.withLock { $0.found[id]?.order }
    }

    func update(_ order: Order) {
        let entry = Entry(order)
        shard(order.id).entries.withLock { $0.update(order.id, entry) }
    }

    /// Gives up what was touched longest ago until the limit is kept.
    ///
    /// To be called only when everything here is in the store as well.
    func trim() {
        for shard in shards { shard.entries.withLock { $0.trim(to: shard.limitBytes) } }
    }
}

/// A class, so that a reader takes one reference and not all texts of the order.
private final class Entry: Sendable {
    let order: Order
    let view: OrderView?
    let bytes: Int

    init(_ order: Order) {
        self.order = order
        view = OrderView(order)
        // The view holds every text of the order once more.
        bytes = HotView.Limits.entryBytes + (view?.json.count ?? 0) * 2
    }
}

/// One part of the orders, and the order in which they were touched.
private final class Shard: Sendable {
    struct Entries {
        var found: [OrderID: Entry] = [:]
        var bytes = 0
        /// Touches from the oldest on.
        ///
        /// An order that was touched again stands here more than once; only its last mention
        /// counts.
        private var touched: [(id: OrderID, stamp: UInt64)] = []
        private var first = 0
        private var stamps: [OrderID: UInt64] = [:]
        private var stamp: UInt64 = 0

        mutating func update(_ id: OrderID, _ entry: Entry) {
            stamp += 1
            stamps[id] = stamp
            touched.append((id, stamp))
            bytes += entry.bytes - (found.updateValue(entry, forKey: id)?.bytes ?? 0)
            compactIfLong()
        }

        mutating func trim(to limitBytes: Int) {
            while bytes > limitBytes, first < touched.count { dropOldest() }
            // Mentions that no longer count are dropped as well, so that the queue stays as long as
            // there are orders.
            while first < touched.count, stamps[touched[first].id] != touched[first].stamp {
                first += 1
            }
            if first > touched.count / 2 { compact() }
            compactIfLong()
        }

        /// The number of mentions that have not been taken from the queue.
        var touches: Int { touched.count - first }

        private mutating func compactIfLong() {
            if touches > 4 * found.count + 64 { compact() }
        }

        private mutating func dropOldest() {
            let (id, stamp) = touched[first]
            first += 1
            guard stamps[id] == stamp else { return }
            stamps[id] = nil
            bytes -= found.removeValue(forKey: id)?.bytes ?? 0
        }

        private mutating func compact() {
            touched = touched[first...].filter { stamps[$0.id] == $0.stamp }
            first = 0
        }
    }

    let limitBytes: Int
    let entries = Mutex(Entries())

    init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }
}
