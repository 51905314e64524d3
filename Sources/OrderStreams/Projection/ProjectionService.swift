package import Kafka
package import ReadModel
package import Text
package import Telemetry

/// Consumes the event topics into the read model, on an executor of its own.
///
/// All work happens in one task, in order. The projection skips records that are not events. The
/// saga, which consumes the same topics for all replicas together, writes dead letters for them.
package struct ProjectionService: Sendable {
    package enum Limits {
        /// The largest number of records per poll, which limits the work between two commits.
        package static let recordsPerPoll = 2_000
        /// The longest wait of a poll for a first record while there are changes to commit.
        package static let pollTimeout = Duration.milliseconds(50)
        /// The longest wait while there are no changes, so that an idle gateway sleeps; a stop ends
        /// the wait.
        package static let idlePollTimeout = Duration.seconds(1)
    }

    package static let topics = [EventTopics.orders, EventTopics.inventory]

    /// Returns the group with which a replica commits its offsets to Kafka.
    ///
    /// Only lag tools read these offsets; consumption resumes from the store.
    ///
    /// Each replica has its own group. In a shared group, other replicas would hide a stopped one.
    package static func groupID(_ replicaID: UUID) -> String {
        "order-gateway-read-model-\(replicaID)"
    }

    package let name = "projection"

    private let configuration: ClientConfiguration
    private let store: any OrderStore
    private let replicaID: UUID
    private let hotView: HotView
    private let settings: ConsumerSettings
    private let health: Health
    private let readModel: ReadModelStatus
    private let clock: MonotonicClock
    private let feed: SagaFeed?
    private let observer: (any StreamObserver)?
    private let readModelObserver: (any ReadModelObserver)?
    private let listener: (any ChangeListener)?
    private let tracer: Tracer?
    private let start: Timestamp
    private let logger: Logger
    private let status: PartStatus

    /// - Parameters:
    ///   - replicaID: The ID that makes the group of each replica different; see ``groupID(_:)``.
    ///   - readModel: Receives successes and failures of the store; `nil` creates a new status.
    ///   - feed: Receives what the saga has to take care of.
    ///   - listener: Is told of changed orders.
    ///   - tracer: Records the projection; `nil` to record nothing.
    ///   - start: The start of the process; the projection of older events is not recorded.
    package init(
        configuration: ClientConfiguration,
        store: any OrderStore,
        replicaID: UUID,
        hotView: HotView,
        settings: ConsumerSettings,
        health: Health,
        readModel: ReadModelStatus? = nil,
        clock: MonotonicClock = .system,
        feed: SagaFeed? = nil,
        observer: (any StreamObserver)? = nil,
        readModelObserver: (any ReadModelObserver)? = nil,
        listener: (any ChangeListener)? = nil,
        tracer: Tracer? = nil,
        start: Timestamp,
        logger: Logger
    ) {
        self.configuration = configuration
        self.readModel = readModel ?? ReadModelStatus(health: health, logger: logger)
        self.store = store
        self.replicaID = replicaID
        self.hotView = hotView
        self.settings = settings
        self.health = health
        self.clock = clock
        self.feed = feed
        self.observer = observer
        self.readModelObserver = readModelObserver
        self.listener = listener
        self.tracer = tracer
        self.start = start
        self.logger = logger
        status = PartStatus(.projection, health: health, logger: logger)
    }

    package func run() async throws {
        readModel.begin()
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                let watch = ConsumerWatch(
                    group: Self.groupID(replicaID),
                    topics: Self.topics,
                    maximumLag: settings.maximumLag,
                    unreadable: settings.unreadable,
                    isMember: false,
                    status: status,
                    health: health,
                    clock: clock,
                    observer: observer,
                    logger: logger
                )
                // One projector for all attempts: it has the events that are in the hot view and
                // not in the store. Read again, they would change nothing, and not be stored.
                var kept: Projector?
                try await Supervision(status: status, clock: clock).run {
                    let projector = try kept ?? makeProjector()
                    kept = projector
                    try await consume(watch, projector)
                }
            }
        } catch is CancellationError {
            logger.info("projection stopped")
        }
    }

    private func makeProjector() throws(StoreError) -> Projector {
        try Projector(
            store: store,
            hotView: hotView,
            observer: readModelObserver,
            listener: listener,
            now: { [clock] in clock.now() }
        )
    }

    /// Consumes until the task is cancelled, or until consumption needs a new client.
    ///
    /// When the task is cancelled, it stores all applied records.
    private func consume(_ watch: ConsumerWatch, _ projector: Projector) async throws {
        let consumer = try AssignedConsumer(configuration, groupID: Self.groupID(replicaID))
        defer {
            feed?.end()
            consumer.close()
            watch.end()
        }
        try await consumer.endingPollsWhenCancelled {
            repeat {
                try await consume(consumer, projector, watch)
                // After a topic was deleted, leave the loop: a new client without knowledge of the
                // topic continues.
            } while watch.madeAnew.isEmpty
            try begin(watch.madeAnew, projector)
        }
    }

    /// Consumes the existing partitions, until there are other ones or the process was paused.
    private func consume(
        _ consumer: AssignedConsumer,
        _ projector: Projector,
        _ watch: ConsumerWatch
    ) async throws {
        watch.begin(consumer)
        let inspector = TopicInspector(consumer: consumer, clock: clock) { status.fail($0) }
        let partitions = try await inspector.partitions(of: Self.topics)
        watch.look()
        try begin(watch.madeAnew, projector)
        let bounds = try bounds(of: partitions, projector, consumer)
        watch.expect(bounds.mapValues(\.upperBound))
        var starts: [TopicPartition: Int64] = [:]
        for (partition, available) in bounds {
            starts[partition] = projector.offsets[partition.position] ?? available.lowerBound
        }
        // Any thread may ask librdkafka for known ends. The consumer is closed after the feed's end.
        nonisolated(unsafe) let ends = consumer
        feed?.begin(starts) { ends.knownEnd(of: $0) }
        try consumer.assign(starts.mapValues { .at($0) })
        status.fail("reading the topics to their end", .info)
        var handler = ProjectionHandler(
            projector: projector,
            registry: settings.registry,
            partitions: partitions,
            feed: feed,
            tracing: tracer.map {
                ProjectionTracing(tracer: $0, group: Self.groupID(replicaID), start: start)
            },
            readModel: readModel,
            health: health,
            clock: clock,
            logger: logger
        )
        try await ConsumerLoop(watch: watch).run(consumer, &handler)
    }

    /// Starts with the first event of topics that were deleted and created again.
    ///
    /// The new offsets are stored at once. Otherwise a restart would skip the first events.
    private func begin(_ topics: Set<String>, _ projector: Projector) throws {
        let stale = projector.offsets.filter { topics.contains($0.key.topic) && $0.value > 0 }.keys
        for topic in Set(stale.map(\.topic)).sorted() {
            logger.error(
                "topic was deleted and made anew: it is read from its first event; find out who"
                    + " deleted it",
                metadata: ["topic": "\(topic)"]
            )
        }
        for position in stale { projector.resume(position, at: 0) }
        try projector.commit()
    }

    /// Returns the available offsets of each partition, after a comparison with the stored offsets.
    ///
    /// A partition that ends before the stored offset was created again or has lost its end. It is
    /// read from its first event at once. After it has grown past the stored offset, nothing shows
    /// the change any more. Repeated events change nothing.
    ///
    /// - Throws: ``LostEventsError`` if events were removed before they were consumed, unless
    ///   losses are accepted. If they are, consumption resumes at the oldest event.
    private func bounds(
        of partitions: [TopicPartition],
        _ projector: Projector,
        _ consumer: AssignedConsumer
    ) throws -> [TopicPartition: Range<Int64>] {
        let bounds = try consumer.bounds(of: partitions, timeout: TopicInspector.Limits.timeout)
        var loss: LostEventsError?
        for (partition, available) in bounds {
            guard let stored = projector.offsets[partition.position],
                let error = LostEventsError(partition, stored: stored, available: available)
            else { continue }
            guard settings.lostEvents == .accept || error.isBehindTheEnd else {
                loss = error
                continue
            }
            logger.error(
                error.isBehindTheEnd
                    ? "a topic is read from its first event: find out why it ends earlier"
                    : "lost events are accepted: compare with another replica or a backup",
                metadata: ["reason": "\(error)"]
            )
            projector.resume(partition.position, at: available.lowerBound)
        }
        try projector.commit()
        if let loss { throw loss }
        return bounds
    }
}
