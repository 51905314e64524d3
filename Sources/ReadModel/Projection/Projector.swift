internal import Orders
internal import Text

/// Folds events into the hot view at once, and writes changed orders to the store in groups.
///
/// Not thread-safe: it belongs to the one task that consumes.
package final class Projector {
    /// The counts since the start.
    package struct Statistics: Equatable, Sendable {
        /// The events that were folded, including events that changed nothing.
        package internal(set) var applied = 0
        /// The records below the expected offset, which were delivered twice.
        package internal(set) var skipped = 0
        /// The events of a type that this program does not know.
        package internal(set) var unknownTypes = 0
        /// The records that are not events which this program can process.
        package internal(set) var rejected = 0
    }

    /// For each partition, the offset of the next record to apply, at which consumption resumes.
    package private(set) var offsets: [StreamPosition: Int64]
    /// The offsets that are in the store.
    package private(set) var committedOffsets: [StreamPosition: Int64]
    /// The number of groups that were stored.
    package private(set) var storedGroups = 0
    package private(set) var statistics = Statistics()

    private let store: any OrderStore
    private let commits: CommitQueue
    private let hotView: HotView
    private let limits: ProjectorLimits
    private let observer: (any ReadModelObserver)?
    private let listener: (any ChangeListener)?
    private let now: @Sendable () -> ContinuousClock.Instant
    /// The group that is being written, or that could not be written.
    private var writing: CommitQueue.Group?
    /// Whether the last attempt to write that group failed.
    private var hasFailed = false
    /// The orders that have changed since that group was collected.
    @exclusivity(unchecked) private var changed: [HotChange] = []
    /// The batch that is being applied, which is kept for its memory.
    @exclusivity(unchecked) private var batch = ProjectedBatch()
    /// The number of events applied since that group was collected.
    private var eventsSinceCommit = 0
    /// The time when the oldest of those events was applied.
    private var firstSinceCommit: ContinuousClock.Instant?

    /// - Parameters:
    ///   - listener: Is told of changed orders after each batch.
    ///   - now: The clock that decides when commits are due.
    /// - Throws: ``StoreError`` when the stored offsets cannot be read.
    package init(
        store: any OrderStore,
        hotView: HotView,
        limits: ProjectorLimits = ProjectorLimits(),
        observer: (any ReadModelObserver)? = nil,
        listener: (any ChangeListener)? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(StoreError) {
        self.store = store
        self.hotView = hotView
        self.limits = limits
        self.observer = observer
        self.listener = listener
        self.now = now
        commits = CommitQueue(store, observer: observer, now: now)
        offsets = try store.offsets()
        committedOffsets = offsets
    }

    deinit {
        // The store may be closed and opened again after this.
        commits.wait()
    }

    /// Sets the offset at which a partition resumes, if the stored offset is no longer valid.
    package func resume(_ position: StreamPosition, at offset: Int64) {
        offsets[position] = offset
        firstSinceCommit = firstSinceCommit ?? now()
    }

    // MARK: Applying

    /// Applies records in order.
    ///
    /// Records that are not events are counted and skipped.
    ///
    /// - Throws: ``StoreError`` if orders cannot be read. Then nothing has been applied, and the
    ///   same records can be applied again.
    package func apply(_ records: [StreamRecord]) throws(StoreError) {
        select(records)
        let stored = try loadAbsent()
        fold(records, stored)
        for (position, next) in batch.ends { offsets[position] = next }
        statistics.applied += batch.events.count
        statistics.skipped += batch.skipped
        statistics.unknownTypes += batch.unknownTypes
        statistics.rejected += batch.rejected
        if !batch.ends.isEmpty {
            eventsSinceCommit += records.count
            firstSinceCommit = firstSinceCommit ?? now()
        }
    }

    /// Selects the events to apply, and finds their orders in memory.
    private func select(_ records: [StreamRecord]) {
        batch.removeAll()
        var start = 0
        // Records come in long runs of one partition, so look up the expected offset once per run.
        while start < records.count {
            let position = records[start].position
            var end = start + 1
            while end < records.count, records[end].partition == position.partition,
                records[end].topic == position.topic
            { end += 1 }
            let known = batch.ends.firstIndex { $0.position == position }
            let expected = known.map { batch.ends[$0].next } ?? offsets[position] ?? 0
            if let next = select(records, start..<end, from: expected) {
                if let known {
                    batch.ends[known].next = next
                } else {
                    batch.ends.append((position, next))
                }
            }
            start = end
        }
    }

    /// Takes the events of one partition that were not applied before.
    ///
    /// - Returns: The offset behind the last record; `nil` if all records were delivered before.
    private func select(
        _ records: [StreamRecord],
        _ run: Range<Int>,
        from expected: Int64
    ) -> Int64? {
        var next: Int64?
        for index in run {
            let offset = records[index].offset
            guard offset >= next ?? expected else {
                batch.skipped += 1
                continue
            }
            next = offset + 1
            if let id = records[index].orderID {
                let number = hotView.find(id)
                if number == nil { batch.absent.append(id) }
                batch.events.append((index, number))
            } else if case .failure = records[index].event {
                batch.rejected += 1
            } else {
                batch.unknownTypes += 1
            }
        }
        return next
    }

    /// Reads the orders that are not in memory from the store, all at once.
    private func loadAbsent() throws(StoreError) -> [OrderID: Order] {
        guard !batch.absent.isEmpty else { return [:] }
        do throws(StoreError) {
            return try store.orders(batch.absent)
        } catch {
            observer?.storeFailed(error)
            throw error
        }
    }

    private func fold(_ records: [StreamRecord], _ stored: [OrderID: Order]) {
        let isListening = listener?.isListening == true
        var changes: [OrderChange] = []
        for (index, number) in batch.events {
            guard case .success(.event(let event)) = records[index].event else { continue }
            let change =
                if let number {
                    hotView.fold(event, from: records[index].place, into: number)
                } else {
                    hotView.fold(event, from: records[index].place, among: stored)
                }
            guard let change else { continue }
            if isListening, let seen = hotView.change(change.id, change.number) {
                changes.append(seen)
            }
            if observer != nil {
                batch.visible.append(
                    VisibleEvent(
                        orderID: change.id,
                        eventType: event.payload.eventType,
                        timestamp: event.envelope.timestamp,
                        topic: records[index].topic,
                        traceID: event.envelope.spanID.isMarkedAsSampled
                            ? event.envelope.traceID : nil
                    )
                )
            }
            if change.isFirst { changed.append(change) }
        }
        if !batch.visible.isEmpty { observer?.becameVisible(batch.visible) }
        guard let listener else { return }
        if !isListening, listener.isListening { changes = presentStates(records) }
        if !changes.isEmpty { listener.changed(changes) }
    }

    /// Returns the states of a batch's orders for a listener that has begun to listen during the batch:
    /// it may have read an order before its change.
    private func presentStates(_ records: [StreamRecord]) -> [OrderChange] {
        var ids: Set<OrderID> = []
        return batch.events.compactMap { index, _ in
            guard let id = records[index].orderID, ids.insert(id).inserted,
                let number = hotView.find(id)
            else { return nil }
            return hotView.change(id, number)
        }
    }

    // MARK: Committing

    /// Whether all applied events are known to be stored.
    package var isIdle: Bool { firstSinceCommit == nil && writing == nil }

    /// Begins a commit if there are enough events, or if the oldest one has waited long enough.
    ///
    /// It waits for the store only if the next group is full before the previous one is written.
    ///
    /// - Returns: Whether a commit began.
    /// - Throws: ``StoreError`` if a group could not be written. Nothing is lost then, because the
    ///   next call writes the same group again.
    package func beginCommitIfDue() throws(StoreError) -> Bool {
        try settle(waiting: false)
        guard let firstSinceCommit else { return false }
        let isFull = changed.count >= limits.orders || eventsSinceCommit >= limits.events
        guard isFull || now() >= firstSinceCommit + limits.interval else { return false }
        if isFull { try settle(waiting: true) }
        guard writing == nil else { return false }
        begin()
        return true
    }

    /// Writes all changed orders together with the offsets, and waits until they are stored.
    ///
    /// - Throws: ``StoreError``. Nothing is lost then, and the caller can repeat the call.
    package func commit() throws(StoreError) {
        try settle(waiting: true)
        guard firstSinceCommit != nil else { return }
        begin()
        try settle(waiting: true)
    }

    private func begin() {
        // Databases are faster when they write rows in key order.
        changed.sort { $0.id < $1.id }
        let group = CommitQueue.Group(orders: hotView.collect(changed), offsets: offsets)
        changed.removeAll(keepingCapacity: true)
        eventsSinceCommit = 0
        firstSinceCommit = nil
        writing = group
        commits.begin(group)
    }

    /// Takes the outcome of the group that is being written, and repeats a group that failed.
    ///
    /// - Parameter waiting: Whether to wait until the group is written.
    private func settle(waiting: Bool) throws(StoreError) {
        guard let group = writing else { return }
        if hasFailed { commits.begin(group) }
        // After a failure, wait until the group is written before doing anything else.
        if waiting || hasFailed { commits.wait() }
        guard let outcome = commits.takeOutcome() else { return }
        if case .failure(let error) = outcome {
            hasFailed = true
            throw error
        }
        hasFailed = false
        writing = nil
        committedOffsets = group.offsets
        storedGroups += 1
        hotView.trim()
    }
}
