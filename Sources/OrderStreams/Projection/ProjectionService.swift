package import Kafka
package import Orders
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
    private let registry: EventRegistry
    private let lostEvents: LostEvents
    private let unreadable: UnreadableRecords
    private let maximumLag: Int64
    private let health: Health
    private let readModel: ReadModelStatus
    private let logger: Logger
    let status: PartStatus

    /// - Parameters:
    ///   - replicaID: Tells the groups of replicas apart: see ``groupID(_:)``.
    ///   - readModel: Is told whether the store can be written; `nil` for a status of its own.
    package init(
        configuration: ClientConfiguration,
        store: any OrderStore,
        replicaID: UUID,
        hotView: HotView,
        registry: EventRegistry,
        lostEvents: LostEvents,
        unreadable: UnreadableRecords = .stop,
        maximumLag: Int64,
        health: Health,
        readModel: ReadModelStatus? = nil,
        logger: Logger
    ) {
        self.configuration = configuration
        self.readModel = readModel ?? ReadModelStatus(health: health, logger: logger)
        self.store = store
        self.replicaID = replicaID
        self.hotView = hotView
        self.registry = registry
        self.lostEvents = lostEvents
        self.unreadable = unreadable
        self.maximumLag = maximumLag
        self.health = health
        self.logger = logger
        status = PartStatus(.projection, health: health, logger: logger)
    }

    package func run() async throws {
        readModel.begin()
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                // What it has seen of topics is kept from attempt to attempt.
                var standing = ConsumerStanding(
                    topics: Self.topics,
                    maximumLag: maximumLag,
                    unreadable: unreadable,
                    isMember: false
                )
                try await Supervision(status: status).run { try await consume(&standing) }
            }
        } catch is CancellationError {
            logger.info("projection stopped")
        }
    }

    /// Consumes until the task is cancelled, then commits what has been applied; or until it has to
    /// begin again.
    private func consume(_ standing: inout ConsumerStanding) async throws {
        let projector = try Projector(
            store: store,
            hotView: hotView,
            registry: registry,
            now: { .now }
        )
        let consumer = try AssignedConsumer(configuration, groupID: Self.groupID(replicaID))
        defer { consumer.close() }
        try await consumer.endingPollsWhenCancelled {
            try await consume(consumer, projector, &standing)
        }
    }

    private func consume(
        _ consumer: AssignedConsumer,
        _ projector: Projector,
        _ standing: inout ConsumerStanding
    ) async throws {
        let inspector = TopicInspector(consumer: consumer) { status.fail($0) }
        while true {
            let pauses = noteTurn()
            let partitions = try await inspector.partitions(of: Self.topics)
            standing.look(consumer, now: .now)
            try begin(standing.madeAnew, projector)
            var run = ProjectionRun(
                projector: projector,
                consumer: consumer,
                bounds: try bounds(of: partitions, projector, consumer),
                pauses: pauses,
                service: self
            )
            try await run.consume(&standing)
            guard !standing.madeAnew.isEmpty else { continue }
            try begin(standing.madeAnew, projector)
            // To a client that knows nothing of the topics that were deleted.
            return
        }
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
            guard lostEvents == .accept || error.isBehindTheEnd else {
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

    // MARK: What a run reports

    func noteTurn() -> Int { health.noteTurn() }

    func storeFailed(_ error: StoreError) { readModel.noteFailure(error) }

    func storeRecovered() { readModel.noteSuccess() }

    /// The saga writes a dead letter about it.
    func passedOver(_ gap: ConsumerStanding.Gap) {
        logger.error(
            "records that cannot be read were passed over",
            metadata: [
                "partition": "\(gap.partition)", "offset": "\(gap.offsets.lowerBound)",
                "count": "\(gap.offsets.count)", "error": "\(gap.error)",
            ]
        )
    }

    func passedOver(_ count: Int) {
        logger.warning(
            "records were passed over that are no events",
            metadata: ["count": "\(count)"]
        )
    }
}
