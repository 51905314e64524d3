package import Kafka
package import Orders
package import ReadModel

/// Rebuilds the read model from the topics, in a store beside the stored one.
///
/// A replay publishes nothing, because the saga is not involved. The gateway that uses the stored
/// read model has to be stopped.
package struct Replay {
    package enum Limits {
        /// The number of orders per page of the comparison.
        static let ordersPerPage = 5_000
        /// The memory for orders during the rebuild, in bytes.
        static let hotViewBytes = 64 * 1024 * 1024
    }

    static let groupID = "order-gateway-replay"

    private let configuration: ClientConfiguration
    private let openStore: () throws -> any RebuildableStore
    private let registry: EventRegistry
    private let clock: MonotonicClock

    /// - Parameter openStore: Opens the stored read model; called after the check of the topics.
    package init(
        _ configuration: ClientConfiguration,
        registry: EventRegistry,
        clock: MonotonicClock = .system,
        openStore: @escaping () throws -> any RebuildableStore
    ) {
        self.clock = clock
        self.configuration = configuration
        self.registry = registry
        self.openStore = openStore
    }

    /// Replays the events that the stored read model has consumed, or all events if there is no
    /// read model.
    ///
    /// It blocks the calling thread while it reads and writes the stores.
    ///
    /// - Parameters:
    ///   - warning: Called if the topics may have a problem that the broker does not report.
    ///   - progress: Called after each batch.
    ///   - difference: Called with each order whose stored state differs, by ascending ID. Without
    ///     this closure the count of differences is faster.
    /// - Throws: ``ReplayRefusal``, ``StoreError``, ``KafkaError`` or the errors of `openStore`.
    ///   The stored read model is unchanged then.
    package func run(
        _ options: ReplayOptions,
        warning: (String) -> Void = { _ in },
        progress: @escaping (ReplayProgress) -> Void,
        difference: ((ReplayDifference) -> Void)? = nil
    ) async throws -> ReplaySummary {
        try ReplayedTopics.check(configuration, warning: warning)
        return try await rebuild(try openStore(), options, progress, difference)
    }

    private func rebuild<Store: RebuildableStore>(
        _ stored: Store,
        _ options: ReplayOptions,
        _ progress: @escaping (ReplayProgress) -> Void,
        _ difference: ((ReplayDifference) -> Void)?
    ) async throws -> ReplaySummary {
        let scratch = try stored.makeScratch()
        // Most events create an order, which the filter knows to be absent.
        let rebuilt = try BloomFilteredStore(scratch)
        var topics = try ReplayedTopics(configuration, groupID: Self.groupID)
        let ranges = try topics.ranges(stored: try stored.offsets(), from: options.from)
        let projector = try Projector(
            store: rebuilt,
            hotView: HotView(limitBytes: Limits.hotViewBytes),
            limits: .bulk,
            now: { [clock] in clock.now() }
        )
        for (partition, range) in ranges {
            projector.resume(partition.position, at: range.lowerBound)
        }
        var done = ReplayProgress(total: ranges.values.reduce(0) { $0 + Int64($1.count) })
        progress(done)
        try await topics.read(ranges) { [registry] records in
            try projector.apply(records.map { $0.streamRecord(registry) })
            _ = try projector.beginCommitIfDue()
            done.events += Int64(records.count)
            progress(done)
        }
        for (partition, range) in ranges {
            projector.resume(partition.position, at: range.upperBound)
        }
        try projector.commit()
        done.events = done.total
        progress(done)

        var summary = ReplaySummary()
        summary.events = Int64(projector.statistics.applied)
        summary.rejected = projector.statistics.rejected
        summary.unknownTypes = projector.statistics.unknownTypes
        let rule = KeepingRule(horizon: topics.horizon, discardsMissing: options.discardsMissing)
        try compare(stored, rebuilt, rule, &summary, difference)
        summary.orders = try rebuilt.count()
        if options.swaps {
            try stored.replace(by: scratch)
            summary.hasSwapped = true
        } else {
            try scratch.close()
            try stored.close()
        }
        return summary
    }

    /// Compares both read models in order of IDs, writes orders to keep, and reports differences.
    private func compare(
        _ stored: any OrderStore,
        _ rebuilt: any OrderStore,
        _ rule: KeepingRule,
        _ summary: inout ReplaySummary,
        _ difference: ((ReplayDifference) -> Void)?
    ) throws(StoreError) {
        var left = OrderPages(stored)
        var right = OrderPages(rebuilt)
        var kept: [Order] = []
        while let id = [try left.next()?.id, try right.next()?.id].compactMap(\.self).min() {
            if difference == nil, try left.next() == nil {
                // Nothing more is stored: all further orders differ, so counting them is enough.
                summary.differing += try rebuilt.count(from: id)
                break
            }
            let before = try left.take(id)
            let replayed = try right.take(id)
            let after = rule.order(stored: before, rebuilt: replayed)
            if let after, after != replayed { kept.append(after) }
            if before != after {
                summary.differing += 1
                if let found = ReplayDifference(before, after) { difference?(found) }
            }
            if kept.count >= Limits.ordersPerPage { try keep(&kept, in: rebuilt, &summary) }
        }
        try keep(&kept, in: rebuilt, &summary)
    }

    private func keep(
        _ orders: inout [Order],
        in store: any OrderStore,
        _ summary: inout ReplaySummary
    ) throws(StoreError) {
        try store.commit(orders: orders, offsets: [:])
        summary.kept += orders.count
        orders.removeAll(keepingCapacity: true)
    }
}

extension ReplayDifference {
    fileprivate init?(_ stored: Order?, _ replayed: Order?) {
        switch (stored, replayed) {
        case (let stored?, nil): self = .onlyStored(stored)
        case (nil, let replayed?): self = .onlyReplayed(replayed)
        case (let stored?, let replayed?): self = .changed(stored: stored, replayed: replayed)
        case (nil, nil): return nil
        }
    }
}

extension ProjectorLimits {
    /// Limits for a store without readers during the replay.
    fileprivate static var bulk: ProjectorLimits {
        var limits = ProjectorLimits()
        limits.orders = 20_000
        limits.events = 100_000
        limits.interval = .seconds(10)
        return limits
    }
}
