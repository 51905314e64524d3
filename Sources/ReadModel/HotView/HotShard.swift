internal import Orders
internal import Text

/// A part of the orders in memory, and the order in which they were touched.
struct HotShard {
    private enum Limits {
        /// Mentions in the queue for each order, on average.
        ///
        /// An order comes once and usually changes three times at most; one whose answers come again,
        /// with ever earlier times, changes more often.
        static let mentionsPerOrder = 4
        /// So many are never too many.
        static let fewMentions = 64
    }

    private var orders: [OrderID: HotOrder] = [:]
    private(set) var bytes = 0
    /// Touches from the oldest on.
    ///
    /// An order that was touched again stands here more than once, and only its last mention counts.
    /// The queue is bounded by the orders: see ``Limits``.
    private var touched: [(order: HotOrder?, stamp: UInt64)] = []
    private var first = 0
    private var stamp: UInt64 = 0

    var count: Int { orders.count }

    /// The number of mentions that have not been taken from the queue.
    var touches: Int { touched.count - first }

    func find(_ id: OrderID) -> HotOrder? { orders[id] }

    mutating func view(of id: OrderID) -> OrderView? {
        guard let order = orders[id] else { return nil }
        let before = order.bytes
        defer { bytes += order.bytes - before }
        return order.view()
    }

    /// - Parameter order: One that is not here.
    mutating func insert(_ order: HotOrder) {
        orders[order.order.id] = order
        bytes += order.bytes
        touch(order)
    }

    /// - Parameter order: One that is here.
    /// - Returns: Whether the event said something new.
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
        if touches > max(Limits.fewMentions, Limits.mentionsPerOrder * orders.count) {
            forgetEarlierMentions()
        }
    }

    /// - Complexity: O(*n*) in the length of the queue, of which three quarters at least are new
    ///   since the last time.
    private mutating func forgetEarlierMentions() {
        touched = touched[first...].filter { $0.order?.stamp == $0.stamp }
        first = 0
    }

    /// Gives up what was touched longest ago, except for what has changed since the last group.
    mutating func trim(to limitBytes: Int) {
        while bytes > limitBytes, first < touched.count, dropOldest() {}
        if first > touched.count / 2 {
            touched.removeFirst(first)
            first = 0
        }
    }

    /// - Returns: `false` when the oldest has changed since the last group; what is behind it waits
    ///   for the next one as well.
    private mutating func dropOldest() -> Bool {
        if let order = touched[first].order, order.stamp == touched[first].stamp {
            guard !order.isChanged else { return false }
            orders[order.order.id] = nil
            bytes -= order.bytes
        }
        // The queue is shortened now and then only, and would keep what is given up until then.
        touched[first].order = nil
        first += 1
        return true
    }
}
