internal import Orders
internal import Text

/// A part of the orders in memory, in the sequence of their last changes.
///
/// They stand in arrays, so that no order is an object of its own. Each has a number, its place
/// there, by which the others refer to it.
struct HotShard {
    /// The place of an order, which it keeps until it is removed.
    typealias Number = UInt32

    /// The number that no order has.
    private static let none = Number.max

    /// What is needed to find an order and to remove it: small, and without references.
    private struct Place {
        var id: OrderID
        /// The next order in the same bucket.
        var next: Link
        /// The order that changed before this one; in a free place, the next free place.
        var older = none
        /// The order that changed after this one.
        var newer = none
        var bytes = 0
        /// Whether the order has changed since the last group was collected.
        var isChanged = false
    }

    /// A reference to an order with its hash, so that most other orders are passed over without a
    /// look at their places.
    private struct Link {
        static let none = Link(hash: 0, number: HotShard.none)

        let hash: UInt32
        let number: Number
    }

    private enum Limits {
        /// The number of buckets for the first orders.
        static let fewBuckets = 16
    }

    private let hash: OrderHash
    private var places: [Place] = []
    /// The orders by number; a free place has one without content.
    private var orders: [HotOrder] = []
    /// The first order of each bucket; the number of buckets is a power of two.
    private var buckets: [Link] = []
    private var free = none
    private var oldest = none
    private var newest = none
    private(set) var count = 0
    private(set) var bytes = 0

    init(_ hash: OrderHash) {
        self.hash = hash
    }

    /// The number of places, of which some may be free.
    var placeCount: Int { places.count }
    var placeBytes: Int { orders.reduce(0) { $0 + $1.bytes } }

    // MARK: Finding

    func find(_ id: OrderID) -> Number? {
        guard !buckets.isEmpty else { return nil }
        let hash = hash.of(id)
        var link = buckets[bucket(of: hash)]
        while link.number != Self.none {
            let index = Int(link.number)
            if link.hash == hash, places[index].id == id { return link.number }
            link = places[index].next
        }
        return nil
    }

    func order(_ id: OrderID) -> HotOrder? { find(id).map { orders[Int($0)] } }

    private func bucket(of hash: UInt32) -> Int { Int(hash) & (buckets.count - 1) }

    mutating func view(of id: OrderID) -> OrderView? {
        guard let index = find(id).map({ Int($0) }) else { return nil }
        if let view = orders[index].renderedView { return view }
        let view = orders[index].view()
        countBytes(at: index)
        return view
    }

    /// Returns the state of an order and its view, for those who follow changes; `nil` while its
    /// creation is not known.
    mutating func change(_ number: Number) -> OrderChange? {
        let index = Int(number)
        guard let content = orders[index].order.creation?.content,
            let view = view(of: places[index].id)
        else { return nil }
        return OrderChange(
            id: places[index].id,
            status: orders[index].order.status,
            content: content,
            view: view
        )
    }

    private mutating func countBytes(at index: Int) {
        let now = orders[index].bytes
        bytes += now - places[index].bytes
        places[index].bytes = now
    }

    // MARK: Changing

    /// Folds an event into an order, and adds the order if it is not in memory.
    ///
    /// - Parameter stored: Orders of the store, among them this one if the store has it.
    /// - Returns: The order's change; `nil` if the event did not change it.
    mutating func fold(
        _ event: Event,
        from place: RecordPlace,
        among stored: [OrderID: Order]
    ) -> HotChange? {
        let id = event.payload.orderID
        if let number = find(id) { return fold(event, from: place, into: number) }
        // Most new orders are not stored.
        let number: Number
        if !stored.isEmpty, let order = stored[id] {
            number = add(order)
        } else {
            number = add(Order(id: id))
        }
        if let change = fold(event, from: place, into: number) { return change }
        // A change would have counted it.
        countBytes(at: Int(number))
        return nil
    }

    /// Folds an event into an order that is in memory.
    mutating func fold(
        _ event: Event,
        from place: RecordPlace,
        into number: Number
    ) -> HotChange? {
        let index = Int(number)
        guard orders[index].fold(event, from: place) else { return nil }
        countBytes(at: index)
        if number != newest {
            unlink(index)
            makeNewest(number)
        }
        let isFirst = !places[index].isChanged
        places[index].isChanged = true
        return HotChange(id: places[index].id, number: number, isFirst: isFirst)
    }

    /// Returns the state of an order, which from now on counts as not changed.
    mutating func collect(_ number: Number) -> Order {
        places[Int(number)].isChanged = false
        return orders[Int(number)].order
    }

    /// Removes the orders with the oldest changes until the memory is within the limit.
    ///
    /// It does not remove an order that has changed since the last group was collected. The later
    /// ones then also have to wait for the next commit.
    mutating func trim(to limitBytes: Int) {
        while bytes > limitBytes, oldest != Self.none, !places[Int(oldest)].isChanged {
            remove(oldest)
        }
    }

    // MARK: The places

    /// Adds an order, whose bytes are not counted yet.
    private mutating func add(_ order: consuming Order) -> Number {
        if count >= buckets.count { addBuckets() }
        let hash = hash.of(order.id)
        let bucket = bucket(of: hash)
        let place = Place(id: order.id, next: buckets[bucket])
        var number = free
        if number == Self.none {
            number = Number(places.count)
            places.append(place)
            orders.append(HotOrder(order))
        } else {
            free = places[Int(number)].older
            places[Int(number)] = place
            orders[Int(number)] = HotOrder(order)
        }
        buckets[bucket] = Link(hash: hash, number: number)
        count += 1
        makeNewest(number)
        return number
    }

    private mutating func remove(_ number: Number) {
        let index = Int(number)
        bytes -= places[index].bytes
        count -= 1
        unlink(index)
        removeFromBucket(number)
        // This releases the strings.
        orders[index] = HotOrder(Order(id: places[index].id))
        places[index].older = free
        free = number
    }

    /// Takes an order out of the sequence of changes.
    private mutating func unlink(_ index: Int) {
        let (older, newer) = (places[index].older, places[index].newer)
        if older == Self.none { oldest = newer } else { places[Int(older)].newer = newer }
        if newer == Self.none { newest = older } else { places[Int(newer)].older = older }
    }

    /// Puts an order at the end of the sequence of changes.
    private mutating func makeNewest(_ number: Number) {
        places[Int(number)].older = newest
        places[Int(number)].newer = Self.none
        if newest == Self.none { oldest = number } else { places[Int(newest)].newer = number }
        newest = number
    }

    // MARK: The buckets

    private mutating func removeFromBucket(_ number: Number) {
        let next = places[Int(number)].next
        let bucket = bucket(of: hash.of(places[Int(number)].id))
        guard buckets[bucket].number != number else { return buckets[bucket] = next }
        var index = Int(buckets[bucket].number)
        while places[index].next.number != number { index = Int(places[index].next.number) }
        places[index].next = next
    }

    /// Doubles the number of buckets, and puts all orders into their new ones.
    ///
    /// There are as many orders as places, because a free place would be taken before.
    private mutating func addBuckets() {
        assert(places.count == count, "an order was added while a place was free")
        buckets = Array(repeating: .none, count: max(Limits.fewBuckets, 2 * buckets.count))
        for index in places.indices {
            let hash = hash.of(places[index].id)
            let bucket = bucket(of: hash)
            places[index].next = buckets[bucket]
            buckets[bucket] = Link(hash: hash, number: Number(index))
        }
    }
}
