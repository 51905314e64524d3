package import Orders
internal import Text

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
    /// The same as far as it is stored.
    package private(set) var committedOffsets: [StreamPosition: Int64]
    package private(set) var statistics = Statistics()

    private let store: OrderStore
    private let commits: CommitQueue
    private let hotView: HotView
    private let registry: EventRegistry
    private let limits: ProjectorLimits
    /// The group that is being written.
    private var writing: CommitQueue.Group?
    private var hasFailed = false
    /// Orders that have changed since that group was gathered.
    private var changed: [HotOrder] = []
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
        commits = CommitQueue(store)
        offsets = try store.offsets()
        committedOffsets = offsets
    }

    deinit {
        // The store may be opened again from now on.
        commits.wait()
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
        let known = batch.events.map { hotView.find($0.payload.orderID) }
        let stored = try load(batch.events, unless: known)
        for (event, order) in zip(batch.events, known) {
            let order = order ?? self.order(event.payload.orderID, stored)
            guard hotView.fold(event, into: order), !order.isChanged else { continue }
            order.isChanged = true
            changed.append(order)
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
        var rest = records[...]
        // They come in long runs of one partition: what is looked up is looked up once a run.
        while let first = rest.first {
            let run = rest.prefix { $0.partition == first.partition && $0.topic == first.topic }
            rest = rest.dropFirst(run.count)
            let position = first.position
            let expected = batch.offsets[position] ?? offsets[position] ?? 0
            if let next = decode(run, from: expected, into: &batch) {
                batch.offsets[position] = next
            }
        }
        return batch
    }

    /// - Returns: The offset behind the last record, unless all were delivered before.
    private func decode(
        _ run: ArraySlice<StreamRecord>,
        from expected: Int64,
        into batch: inout Batch
    ) -> Int64? {
        var next: Int64?
        for record in run {
            guard record.offset >= next ?? expected else {
                batch.skipped += 1
                continue
            }
            next = record.offset + 1
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
        return next
    }

    /// Reads the orders that are not in memory but may be stored, all at once.
    private func load(
        _ events: [Event],
        unless known: [HotOrder?]
    ) throws(StoreError) -> [OrderID: Order] {
        var ids: Set<OrderID> = []
        for (event, order) in zip(events, known) where order == nil {
            let id = event.payload.orderID
            if store.mayContain(id) { ids.insert(id) }
        }
        return ids.isEmpty ? [:] : try store.orders(Array(ids))
    }

    /// An order that was not in memory before this batch.
    private func order(_ id: OrderID, _ stored: [OrderID: Order]) -> HotOrder {
        hotView.find(id) ?? hotView.insert(stored[id] ?? Order(id: id))
    }

    // MARK: Committing

    /// Whether everything is known to be stored.
    package var isIdle: Bool { firstSinceCommit == nil && writing == nil }

    /// Begins to commit if enough has been gathered, or if it has waited long enough; the disk is
    /// waited for only when the next group is full before the last one has been written.
    ///
    /// - Returns: Whether it began.
    /// - Throws: ``StoreError`` when a group could not be written; nothing is lost then, and it is
    ///   tried again with the next call.
    package func beginCommitIfDue(now: ContinuousClock.Instant) throws(StoreError) -> Bool {
        try settle(waiting: false)
        guard let firstSinceCommit else { return false }
        let isFull = changed.count >= limits.orders || eventsSinceCommit >= limits.events
        guard isFull || now >= firstSinceCommit + limits.interval else { return false }
        if isFull { try settle(waiting: true) }
        guard writing == nil else { return false }
        begin()
        return true
    }

    /// Writes what has changed, together with the offsets, and waits until that is done.
    ///
    /// - Throws: ``StoreError``; nothing is lost then, and it can be tried again.
    package func commit() throws(StoreError) {
        try settle(waiting: true)
        guard firstSinceCommit != nil else { return }
        begin()
        try settle(waiting: true)
    }

    private func begin() {
        // Neighbours in the database are written one after another.
        changed.sort { $0.order.id < $1.order.id }
        let group = CommitQueue.Group(orders: changed.map(\.order), offsets: offsets)
        for order in changed { order.isChanged = false }
        changed.removeAll(keepingCapacity: true)
        eventsSinceCommit = 0
        firstSinceCommit = nil
        writing = group
        commits.begin(group)
    }

    /// Notes what has become of the group that is being written.
    private func settle(waiting: Bool) throws(StoreError) {
        guard let group = writing else { return }
        if hasFailed { commits.begin(group) }
        // Once it has failed, nothing goes on until it is known to be written.
        if waiting || hasFailed { commits.wait() }
        guard let outcome = commits.takeOutcome() else { return }
        if case .failure(let error) = outcome {
            hasFailed = true
            throw error
        }
        hasFailed = false
        writing = nil
        committedOffsets = group.offsets
        hotView.trim()
    }
}
