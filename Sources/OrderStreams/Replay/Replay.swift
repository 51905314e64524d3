internal import FoundationEssentials
package import Kafka
package import Orders
internal import ReadModel

/// Rebuilds the read model from the topics, beside the stored one.
///
/// Nothing is published: the saga has no part in it. The folder belongs to one process, so the
/// gateway that uses it has to be stopped.
package struct Replay {
    package enum Limits {
        /// Orders that are compared at once.
        static let ordersPerPage = 5_000
        /// Memory for orders that are being rebuilt, in bytes.
        static let hotViewBytes = 64 * 1024 * 1024
    }

    static let groupID = "order-gateway-replay"
    /// Where in the data folder the rebuilt read model grows.
    static let folderName = "replay"

    private let configuration: ClientConfiguration
    private let folder: String
    private let registry: EventRegistry

    /// - Parameter folder: That of the read model.
    package init(_ configuration: ClientConfiguration, folder: String, registry: EventRegistry) {
        self.configuration = configuration
        self.folder = folder
        self.registry = registry
    }

    /// Replays what the stored read model has consumed, or everything if there is none.
    ///
    /// Blocks in between.
    ///
    /// - Parameters:
    ///   - warning: Called with what may be wrong with the topics and cannot be found out.
    ///   - progress: Called again and again.
    ///   - difference: Called with each order that is stored otherwise, by ascending id; they are
    ///     counted sooner without.
    /// - Throws: ``ReplayRefusal``, ``StoreError`` or ``KafkaError``; what was stored is as it was then.
    package func run(
        _ options: ReplayOptions,
        warning: (String) -> Void = { _ in },
        progress: (ReplayProgress) -> Void,
        difference: ((ReplayDifference) -> Void)? = nil
    ) async throws -> ReplaySummary {
        try ReplayedTopics.check(configuration, warning: warning)
        let stored = try OrderStore(folder: folder)
        let path = "\(folder)/\(Self.folderName)"
        // What a replay that was killed has left is not to be built upon.
        try? FileManager.default.removeItem(atPath: path)
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError.notAccessible(path: path, reason: "it cannot be removed")
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let rebuilt = try OrderStore(folder: path, isScratch: true)

        var topics = try ReplayedTopics(configuration, groupID: Self.groupID)
        let ranges = try topics.ranges(stored: try stored.offsets(), from: options.from)
        let projector = try Projector(
            store: rebuilt,
            hotView: HotView(limitBytes: Limits.hotViewBytes),
            registry: registry,
            limits: .bulk
        )
        for (partition, range) in ranges {
            projector.resume(partition.position, at: range.lowerBound)
        }
        var done = ReplayProgress(total: ranges.values.reduce(0) { $0 + Int64($1.count) })
        progress(done)
        try await topics.read(ranges) { records in
            try projector.apply(records.map(\.streamRecord))
            _ = try projector.beginCommitIfDue(now: .now)
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
            try stored.replace(by: rebuilt)
            summary.hasSwapped = true
        } else {
            try rebuilt.close()
            try stored.close()
        }
        return summary
    }

    /// Goes through both read models by id, writes what is to be kept, and reports differences.
    private func compare(
        _ stored: OrderStore,
        _ rebuilt: OrderStore,
        _ rule: KeepingRule,
        _ summary: inout ReplaySummary,
        _ difference: ((ReplayDifference) -> Void)?
    ) throws(StoreError) {
        var left = OrderPages(stored)
        var right = OrderPages(rebuilt)
        var kept: [Order] = []
        while let id = [try left.next()?.id, try right.next()?.id].compactMap(\.self).min() {
            if difference == nil, try left.next() == nil {
                // Such as all, when nothing was stored before.
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
        in store: OrderStore,
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
    /// For a store that nobody reads meanwhile.
    fileprivate static var bulk: ProjectorLimits {
        var limits = ProjectorLimits()
        limits.orders = 20_000
        limits.events = 100_000
        limits.interval = .seconds(10)
        return limits
    }
}
