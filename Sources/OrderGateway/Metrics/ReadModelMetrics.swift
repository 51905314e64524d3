internal import Orders
package import ReadModel
internal import OrderStreams
internal import Synchronization
package import Telemetry
internal import Text

/// The metrics of the read model: what is visible and how soon, reads, and commits.
package final class ReadModelMetrics: ReadModelObserver {
    /// The topics that are told apart; the last stands for any other.
    private static let topics = [EventTopics.orders, EventTopics.inventory, "other"]

    /// The cells of reads on one loop.
    private enum Read {
        static let hits = 0
        static let misses = 1
        static let count = 2
    }

    /// The cells of commits.
    private enum Commit {
        static let orders = 0
        static let bytes = 1
        static let durations = 2
    }

    private let hotView: HotView
    private let clock: WallClock
    /// The start of the process: what is older is read again, and was visible before.
    private let start: Timestamp
    private let buckets = Buckets.ages
    private let reads = CellGroup(cellCount: Read.count)
    private let commits = CellGroup(cellCount: Commit.durations + Buckets.latencies.cellCount)
    private let visible = CellGroup(cellCount: Buckets.ages.cellCount)
    private let ages: CellGroup
    private let errors = SharedCounts(count: 1)
    /// The last recorded trace in each bucket of the visibility.
    private let exemplars = Mutex(
        [Exemplar?](repeating: nil, count: Buckets.ages.bounds.count + 1)
    )
    /// Only the projector uses it, in its thread.
    @exclusivity(unchecked) private nonisolated(unsafe) var exemplarPace = ExemplarPace()
    /// The cells of the projector, and of the thread that commits: there is one of each.
    private let visibleCells: Cells
    private let ageCells: Cells
    private let commitCells: Cells

    init(_ hotView: HotView, clock: WallClock, start: Timestamp) {
        self.hotView = hotView
        self.clock = clock
        self.start = start
        ages = CellGroup(
            cellCount: Self.topics.count * EventType.allCases.count * Buckets.ages.cellCount
        )
        visibleCells = visible.makeCells()
        ageCells = ages.makeCells()
        commitCells = commits.makeCells()
    }

    // MARK: Values

    package var hits: Int { reads.sum(at: Read.hits) }
    package var misses: Int { reads.sum(at: Read.misses) }
    package var hotOrders: Int { hotView.count }
    package var hotBytes: Int { hotView.bytes }
    package var storeErrors: Int { errors.total }

    /// The times from the creation of orders until they could be read here.
    package var visibility: HistogramSnapshot { visible.histogram(row: 0, .ages) }

    // MARK: Text

    var families: [MetricFamily] {
        [
            MetricFamily(
                "order_visible_seconds",
                .histogram,
                "From the time of an OrderCreated until the order can be read here, for orders that"
                    + " were placed since this process started."
            ) { [self] samples in
                samples.add(visibility, exemplars: exemplars.withLock { $0 })
            },
            MetricFamily(
                "event_age_at_processing_seconds",
                .histogram,
                "From the time of an event until its effect can be read here, for events since this"
                    + " process started.",
                labels: ["messaging_destination_name", "event_type"]
            ) { [self] samples in
                for (topic, name) in Self.topics.enumerated() {
                    for type in EventType.allCases {
                        let ages = ages.histogram(row: Self.row(topic, type), .ages)
                        if ages.count > 0 { samples.add(ages, [name, type.rawValue]) }
                    }
                }
            },
            MetricFamily(
                "read_model_reads_total",
                .counter,
                "Orders that were looked for: found in memory, or looked for in the store.",
                labels: ["result"]
            ) { [self] samples in
                samples.add(hits, ["hit"])
                samples.add(misses, ["miss"])
            },
            MetricFamily("read_model_hot_orders", .gauge, "Orders in memory.") { [self] in
                Double(hotOrders)
            },
            MetricFamily("read_model_hot_bytes", .gauge, "The memory of these orders.") {
                [self] in Double(hotBytes)
            },
            MetricFamily(
                "read_model_commit_duration_seconds",
                .histogram,
                "Transactions that write changed orders to the store."
            ) { [self] samples in
                samples.add(commits.histogram(row: Commit.durations, .latencies))
            },
            MetricFamily(
                "read_model_commit_orders_total",
                .counter,
                "Changed orders that were written to the store."
            ) { [self] in Double(commits.sum(at: Commit.orders)) },
            MetricFamily(
                "read_model_commit_bytes_total",
                .counter,
                "The size of what was written of these orders."
            ) { [self] in Double(commits.sum(at: Commit.bytes)) },
            MetricFamily(
                "read_model_store_errors_total",
                .counter,
                "Reads and writes of the store that failed."
            ) { [self] in Double(storeErrors) },
        ]
    }

    // MARK: Counting

    private static func row(_ topic: Int, _ type: EventType) -> Int {
        (topic &* EventType.allCases.count &+ type.index) &* Buckets.ages.cellCount
    }

    package func becameVisible(_ events: [VisibleEvent]) {
        let now = clock.now().millisecondsSinceEpoch
        let rowCells = buckets.cellCount
        let typeCount = EventType.allCases.count
        var (topic, name) = (0, Self.topics[0])
        for event in events where event.timestamp >= start {
            let milliseconds = max(0, now &- event.timestamp.millisecondsSinceEpoch)
            let nanoseconds = Int(milliseconds) &* 1_000_000
            if event.topic != name {
                name = event.topic
                topic = Self.topics.indexOrLast(of: name)
            }
            let row = (topic &* typeCount &+ event.eventType.index) &* rowCells
            ageCells.observe(nanoseconds, row: row, buckets)
            guard event.eventType == .orderCreated else { continue }
            visibleCells.observe(nanoseconds, row: 0, buckets)
            if let traceID = event.traceID { note(traceID, nanoseconds) }
        }
    }

    private func note(_ traceID: TraceID, _ nanoseconds: Int) {
        let (now, bucket) = (clock.now(), buckets.index(of: nanoseconds))
        guard exemplarPace.admits(bucket, at: now) else { return }
        let exemplar = Exemplar(traceID: traceID, nanoseconds: nanoseconds, time: now)
        exemplars.withLock { $0[bucket] = exemplar }
    }

    package func committed(_ commit: WrittenCommit) {
        commitCells.add(commit.orders, at: Commit.orders)
        commitCells.add(commit.bytes, at: Commit.bytes)
        let nanoseconds = commit.duration / .nanoseconds(1)
        commitCells.observe(Int(nanoseconds), row: Commit.durations, .latencies)
    }

    package func storeFailed(_ error: StoreError) { errors.add() }

    /// Returns the observer of the reads on one more loop.
    package func readObserver() -> any ReadModelObserver {
        ReadObserver(reads.makeCells(), errors)
    }

    private final class ReadObserver: ReadModelObserver {
        private let cells: Cells
        private let errors: SharedCounts

        init(_ cells: Cells, _ errors: SharedCounts) {
            self.cells = cells
            self.errors = errors
        }

        func hotViewRead(isHit: Bool) { cells.add(1, at: isHit ? Read.hits : Read.misses) }
        func storeFailed(_ error: StoreError) { errors.add() }
    }
}
