package import Kafka
package import ReadModel
package import Text
package import Telemetry

/// Consumes the event topics into the read model, on an executor of its own.
///
/// Everything here happens in one task, in order. What is no event is passed over: the saga, which
/// consumes the same topics for all replicas together, sends it to the dead letters.
package struct ProjectionService: Sendable {
    package enum Limits {
        /// Records per poll: bounds what is decoded and folded before the next commit can happen.
        package static let recordsPerPoll = 2_000
        /// How long a poll waits for a first record, while there is something to be committed.
        package static let pollTimeout = Duration.milliseconds(50)
        /// The same while there is nothing, so that an idle gateway sleeps; a stop ends it.
        package static let idlePollTimeout = Duration.seconds(1)
    }

    private static let topics = [EventTopics.orders, EventTopics.inventory]

    /// The group under which a replica commits its offsets to Kafka, for the eyes of lag tools only:
    /// consumption resumes from the store.
    ///
    /// Each replica has its own: in one that they share, the others would hide one that has stopped.
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
    private let observer: (any StreamObserver)?
    private let logger: Logger
    private let status: PartStatus

    /// - Parameters:
    ///   - replicaID: Tells the groups of replicas apart: see ``groupID(_:)``.
    ///   - readModel: Is told whether the store can be written; `nil` for a status of its own.
    package init(
        configuration: ClientConfiguration,
        store: any OrderStore,
        replicaID: UUID,
        hotView: HotView,
        settings: ConsumerSettings,
        health: Health,
        readModel: ReadModelStatus? = nil,
        clock: MonotonicClock = .system,
        observer: (any StreamObserver)? = nil,
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
        self.observer = observer
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
                try await Supervision(status: status, clock: clock).run { try await consume(watch) }
            }
        } catch is CancellationError {
            logger.info("projection stopped")
        }
    }

    /// Consumes until the task is cancelled, then commits what has been applied; or until it has to
    /// begin again with another client.
    private func consume(_ watch: ConsumerWatch) async throws {
        let projector = try Projector(
            store: store,
            hotView: hotView,
            registry: settings.registry,
            now: { [clock] in clock.now() }
        )
        let consumer = try AssignedConsumer(configuration, groupID: Self.groupID(replicaID))
        defer { consumer.close() }
        try await consumer.endingPollsWhenCancelled {
            repeat {
                try await consume(consumer, projector, watch)
                // A client that knows nothing of the topics that were deleted is to go on.
            } while watch.madeAnew.isEmpty
            try begin(watch.madeAnew, projector)
        }
    }

    /// Consumes the partitions that there are, until there are others or the process was paused.
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
        var starts: [TopicPartition: StartOffset] = [:]
        for (partition, available) in bounds {
            starts[partition] = .at(
                projector.offsets[partition.position] ?? available.lowerBound
            )
        }
        try consumer.assign(starts)
        status.fail("reading the topics to their end", .info)
        var handler = ProjectionHandler(
            projector: projector,
            partitions: partitions,
            readModel: readModel,
            health: health,
            clock: clock,
            logger: logger
        )
        try await ConsumerLoop(watch: watch).run(consumer, &handler)
    }

    /// Topics were deleted and made anew: nothing of them has been consumed.
    ///
    /// Stored at once: after a restart nobody would know, and their first events would be passed over.
    private func begin(_ topics: Set<String>, _ projector: Projector) throws {
        let stale = projector.offsets.filter { topics.contains($0.key.topic) && $0.value > 0 }.keys
        for topic in Set(stale.map(\.topic)).sorted() {
            logger.error(
                "topic was deleted and made anew: it is read from its first event",
                metadata: ["topic": "\(topic)"]
            )
        }
        for position in stale { projector.resume(position, at: 0) }
        try projector.commit()
    }

    /// What the broker has of each partition, compared with the stored offsets.
    ///
    /// A partition that ends before the stored offset was made anew, or has lost its end: it is read from
    /// its first event, at once, for once it has grown past the offset nobody could tell. An event that is
    /// seen again changes nothing.
    ///
    /// - Throws: ``LostEventsError`` when events were removed before they were consumed, unless losses
    ///   are accepted: then consumption is set to resume at the oldest event.
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
                    ? "a topic is read from its first event" : "lost events are accepted",
                metadata: ["reason": "\(error)"]
            )
            projector.resume(partition.position, at: available.lowerBound)
        }
        try projector.commit()
        if let loss { throw loss }
        return bounds
    }
}
