package import Orders

/// Folds consumed events into the hot view at once, and into the store in groups.
///
/// Not thread-safe: it belongs to the one task that consumes.
package final class Projector {
    /// What has been done since the start.
    package struct Statistics: Equatable, Sendable {
        /// Events that were folded, repeated ones included.
        package internal(set) var applied = 0
        /// Records below the expected offset: delivered twice.
        package internal(set) var skipped = 0
        package internal(set) var unknownTypes = 0
        /// Records that are no event that can be processed.
        package internal(set) var rejected = 0
    }

    /// The offset of the next record of each partition: where consumption resumes.
    package private(set) var offsets: [StreamPosition: Int64]
    package private(set) var statistics = Statistics()

    private let store: OrderStore
    private let hotView: HotView
    private let registry: EventRegistry
    private let limits: ProjectorLimits
    /// Orders that have changed since the last commit.
    private var changed: [OrderID: Order] = [:]
    private var eventsSinceCommit = 0
    /// When the oldest of those events came.
    private var firstSinceCommit: ContinuousClock.Instant?

    /// - Throws: ``StoreError`` when the stored offsets cannot be read.
    package init(
        store: OrderStore,
        hotView: HotView,
        registry: EventRegistry = .standard,
        limits: ProjectorLimits = ProjectorLimits()
    ) throws(StoreError) {
        self.store = store
        self.hotView = hotView
        self.registry = registry
        self.limits = limits
        offsets = try store.offsets()
    }

    /// Sets where a partition's consumption resumes, when the stored offset means nothing any more.
    package func resume(_ position: StreamPosition, at offset: Int64) {
        offsets[position] = offset
        firstSinceCommit = firstSinceCommit ?? .now
    }

    // MARK: Applying

    /// Applies records in their order.
    ///
    /// Those that are no events are counted and passed over.
    ///
    /// - Throws: ``StoreError`` when orders cannot be read; nothing has been applied then, and the
    ///   same records can be applied again.
    package func apply(_ records: [StreamRecord]) throws(StoreError) {
        let batch = decode(records)
        let stored = try loadUnknown(batch.events)
        for event in batch.events {
            let id = event.payload.orderID
            let before = changed[id] ?? hotView.order(id) ?? stored[id]
            let after = Order.folding(before, event)
            guard after != before else { continue }
            changed[id] = after
            hotView.update(after)
        }
        offsets.merge(batch.offsets) { $1 }
        statistics.applied += batch.events.count
        statistics.skipped += batch.skipped
        statistics.unknownTypes += batch.unknownTypes
        statistics.rejected += batch.rejected
        if !batch.offsets.isEmpty {
            eventsSinceCommit += records.count
            firstSinceCommit = firstSinceCommit ?? .now
        }
    }

    private struct Batch {
        var events: [Event] = []
        var offsets: [StreamPosition: Int64] = [:]
        var rejected = 0
        var skipped = 0
        var unknownTypes = 0
    }

    private func decode(_ records: [StreamRecord]) -> Batch {
        var batch = Batch()
        batch.events.reserveCapacity(records.count)
        for record in records {
            let position = record.position
            let expected = batch.offsets[position] ?? offsets[position] ?? 0
            guard record.offset >= expected else {
                batch.skipped += 1
                continue
            }
            batch.offsets[position] = record.offset + 1
            do throws(EventError) {
                guard let value = record.value else { throw .noValue }
                switch try registry.decode(value) {
                case .event(let event): batch.events.append(event)
                case .unknownType: batch.unknownTypes += 1
                }
            } catch {
                batch.rejected += 1
            }
        }
        return batch
    }

    /// Reads the orders that are not in memory, all at once.
    private func loadUnknown(_ events: [Event]) throws(StoreError) -> [OrderID: Order] {
        var ids: Set<OrderID> = []
        for event in events {
            let id = event.payload.orderID
            if changed[id] == nil, hotView.order(id) == nil { ids.insert(id) }
        }
        return ids.isEmpty ? [:] : try store.orders(Array(ids))
    }

    // MARK: Committing

    /// Commits if enough has been gathered, or if it has waited long enough.
    ///
    /// - Returns: Whether it committed.
    package func commitIfDue(now: ContinuousClock.Instant) throws(StoreError) -> Bool {
        guard let firstSinceCommit else { return false }
        let isDue =
            changed.count >= limits.orders || eventsSinceCommit >= limits.events
            || now >= firstSinceCommit + limits.interval
        if isDue { try commit() }
        return isDue
    }

    /// Writes what has changed, together with the offsets.
    ///
    /// - Throws: ``StoreError``; nothing is lost then, and it can be tried again.
    package func commit() throws(StoreError) {
        guard firstSinceCommit != nil else { return }
        try store.commit(orders: changed.values, offsets: offsets)
        changed.removeAll(keepingCapacity: true)
        eventsSinceCommit = 0
        firstSinceCommit = nil
        hotView.trim()
    }
}
