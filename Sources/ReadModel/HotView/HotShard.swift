internal import Orders
internal import Text

/// A part of the orders in memory, and the sequence in which they were changed.
struct HotShard {
    private enum Limits {
        /// Entries in the queue for each order, on average.
        ///
        /// An order is created once and usually changes at most three times. It can change more often
        /// when the same answer of the inventory comes again with earlier and earlier times.
        static let entriesPerOrder = 4
        /// The queue is not shortened before it has more entries than this.
        static let fewEntries = 64
    }

    private var orders: [OrderID: HotOrder] = [:]
    private(set) var bytes = 0
    /// A queue of changes, the oldest first.
    ///
    /// An order that changed again stands here more than once, and only its last entry counts. The
    /// number of orders bounds the queue: see ``Limits``.
    private var touched: [(order: HotOrder?, stamp: UInt64)] = []
    /// The queue's first entry; the entries before it have been taken.
    private var first = 0
    /// Counts the changes.
    private var stamp: UInt64 = 0

    var count: Int { orders.count }

    /// The number of entries that have not been taken from the queue.
    var touches: Int { touched.count - first }

    func find(_ id: OrderID) -> HotOrder? { orders[id] }

    mutating func view(of id: OrderID) -> OrderView? {
        guard let order = orders[id] else { return nil }
        let before = order.bytes
        defer { bytes += order.bytes - before }
        return order.view()
    }

    /// Adds an order that is not in memory.
    mutating func insert(_ order: HotOrder) {
        orders[order.order.id] = order
        bytes += order.bytes
        touch(order)
    }

    /// Folds an event into an order that is in memory.
    ///
    /// - Returns: Whether the event changed the order.
    mutating func fold(_ event: Event, into order: HotOrder) -> Bool {
        let before = order.bytes
        guard order.fold(event) else { return false }
        bytes += order.bytes - before
        touch(order)
        return true
    }

    private mutating func touch(_ order: HotOrder) {
        stamp += 1
        order.stamp = stamp
        touched.append((order, stamp))
        if touches > max(Limits.fewEntries, Limits.entriesPerOrder * orders.count) {
            removeOutdatedEntries()
        }
    }

    /// - Complexity: O(*n*) in the length of the queue. At least three quarters of the entries have been
    ///   added since the last call.
    private mutating func removeOutdatedEntries() {
        touched = touched[first...].filter { $0.order?.stamp == $0.stamp }
        first = 0
    }

    /// Removes the orders that were changed longest ago until the limit is kept, but no order that has
    /// changed since the last group was gathered.
    mutating func trim(to limitBytes: Int) {
        while bytes > limitBytes, first < touched.count, dropOldest() {}
        if first > touched.count / 2 {
            touched.removeFirst(first)
            first = 0
        }
    }

    /// Takes the oldest entry, and removes its order if that has not changed again.
    ///
    /// - Returns: `false` when the order has changed since the last group was gathered. The entries
    ///   behind it then have to wait for the next commit as well.
    private mutating func dropOldest() -> Bool {
        if let order = touched[first].order, order.stamp == touched[first].stamp {
            guard !order.isChanged else { return false }
            orders[order.order.id] = nil
            bytes -= order.bytes
        }
        // The queue is shortened only now and then, and would keep the removed order alive until then.
        touched[first].order = nil
        first += 1
        return true
    }
}
