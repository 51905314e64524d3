internal import Orders

/// A change of an order in memory by an event.
struct HotChange {
    let id: OrderID
    /// The number of the order in its shard.
    let number: HotShard.Number
    /// Whether it is the order's first change since the last group was collected.
    let isFirst: Bool
}
