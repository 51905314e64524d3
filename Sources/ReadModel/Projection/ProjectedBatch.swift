internal import Orders

/// The events of a batch of records that are to be applied.
struct ProjectedBatch {
    /// The indices of the records with events to apply, and the number of each event's order.
    var events: [(index: Int, number: HotShard.Number?)] = []
    /// The orders that are not in memory.
    var absent: [OrderID] = []
    /// The events that have changed their orders, if anyone watches.
    var visible: [VisibleEvent] = []
    /// The offset behind the last record of each partition; a batch has few.
    var ends: [(position: StreamPosition, next: Int64)] = []
    var rejected = 0
    var skipped = 0
    var unknownTypes = 0

    mutating func removeAll() {
        events.removeAll(keepingCapacity: true)
        absent.removeAll(keepingCapacity: true)
        visible.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        rejected = 0
        skipped = 0
        unknownTypes = 0
    }
}
