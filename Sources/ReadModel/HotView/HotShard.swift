internal import Orders
internal import Text

/// A part of the orders in memory, and the sequence in which they were changed.
struct HotShard {
    private enum Limits {
        /// The largest average number of queue entries per order.
        ///
        /// An order is created once and usually changes at most three times. It changes more often
        /// if the same answer of the inventory is repeated with earlier and earlier times.
        static let entriesPerOrder = 4
        /// The number of entries up to which the queue is never shortened.
        static let fewEntries = 64
    }

    private var orders: [OrderID: HotOrder] = [:]
    private(set) var bytes = 0
    /// A queue of changes, oldest first.
    ///
    /// An order that changed again has several entries, and only the last one counts. The number of
    /// orders limits the queue: see ``Limits``.
    private var touched: [(order: HotOrder?, stamp: UInt64)] = []
    /// The index of the queue's first entry; the entries before it have been taken.
    private var first = 0
    /// The number of changes so far.
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

    /// Folds an event into an order, and adds the order if it is not in memory.
    ///
    /// - Parameter stored: The order in the store; `nil` if the store does not have it.
    /// - Returns: The order if the event changed it.
    mutating func fold(_ event: Event, intoStored stored: Order?) -> HotOrder? {
        func value(_ order: inout HotOrder) -> HotOrder { order }
        let id = event.payload.orderID
        let count = orders.count
        let order = value(&orders[id, default: HotOrder(stored ?? Order(id: id))])
        let isNew = orders.count > count
        let before = isNew ? 0 : order.bytes
        let hasChanged = order.fold(event)
        bytes += order.bytes - before
        if isNew || hasChanged { touch(order) }
        return hasChanged ? order : nil
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

    /// Removes the orders with the oldest changes until the memory is within the limit.
    ///
    /// It does not remove an order that has changed since the last group was collected.
    mutating func trim(to limitBytes: Int) {
        while bytes > limitBytes, first < touched.count, dropOldest() {}
        if first > touched.count / 2 {
            touched.removeFirst(first)
            first = 0
        }
    }

    /// Takes the oldest entry, and removes its order if the order has not changed again.
    ///
    /// - Returns: `false` if the order has changed since the last group was collected. The later
    ///   entries then also have to wait for the next commit.
    private mutating func dropOldest() -> Bool {
        if let order = touched[first].order, order.stamp == touched[first].stamp {
            guard !order.isChanged else { return false }
            orders[order.order.id] = nil
            bytes -= order.bytes
        }
        // The queue is shortened only at times. Until then it would keep the removed order alive.
        touched[first].order = nil
        first += 1
        return true
    }
}
