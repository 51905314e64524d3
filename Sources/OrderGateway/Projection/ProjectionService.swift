package import Kafka
package import Orders
package import ReadModel

/// Consumes the event topics into the read model, on an executor of its own.
///
/// Everything here happens in one task, in order. What is no event is passed over: the saga, which
/// consumes the same topics for all replicas together, sends it to the dead letters.
package struct ProjectionService: Service {
    package enum Limits {
        /// Records per poll: bounds what is decoded and folded before the next commit can happen.
        package static let recordsPerPoll = 2_000
        /// How long a poll waits for a first record, while there is something to be committed.
        package static let pollTimeout = Duration.milliseconds(50)
        /// The same while there is nothing, so that an idle gateway sleeps; a stop ends it.
        package static let idlePollTimeout = Duration.seconds(1)
    }

    /// Under this group the offsets are committed to Kafka, for the eyes of lag tools only:
    /// consumption resumes from the store.
    package static let groupID = "order-gateway-read-model"

    package let name = "projection"

    private let configuration: ClientConfiguration
    private let store: OrderStore
    private let hotView: HotView
    private let registry: EventRegistry
    private let lostEvents: LostEvents
    private let health: Health
    private let logger: Logger

    package init(
        configuration: ClientConfiguration,
        store: OrderStore,
        hotView: HotView,
        registry: EventRegistry,
        lostEvents: LostEvents,
        health: Health,
        logger: Logger
    ) {
        self.configuration = configuration
        self.store = store
        self.hotView = hotView
        self.registry = registry
        self.lostEvents = lostEvents
        self.health = health
        self.logger = logger
    }

    package func run() async throws {
        health.succeed(.readModel)
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                try await consume()
            }
        } catch {
            // What is stored is still served, and orders are still taken: only readiness is red,
            // until someone has looked.
            health.fail(.projection, "stopped: \(error)")
            logger.critical("projection stopped by an error", metadata: ["error": "\(error)"])
            await untilCancelled()
        }
    }

    /// Consumes until the task is cancelled; then commits what has been applied.
    private func consume() async throws {
        let projector = try Projector(store: store, hotView: hotView, registry: registry)
        let consumer = try AssignedConsumer(
            configuration,
            groupID: Self.groupID
        )
        defer { consumer.close() }
        let topics = TopicInspector(consumer: consumer, waiting: waiting)
        do {
            let partitions = try await topics.partitions(
                of: [EventTopics.orders, EventTopics.inventory]
            )
            while true {
                let bounds = try await bounds(of: partitions, projector, topics)
                var run = ProjectionRun(
                    projector: projector,
                    consumer: consumer,
                    bounds: bounds,
                    service: self
                )
                do {
                    try await consumer.endingPollsWhenCancelled { try await run.consume() }
                } catch let error as KafkaError where error.isOffsetOutOfRange {
                    // Which one it was, and what there is instead, is found out above.
                    waiting("\(error)")
                }
            }
        } catch is CancellationError {
            logger.info(
                "projection stopped",
                metadata: ["applied": "\(projector.statistics.applied)"]
            )
        }
    }

    /// What the broker has of each partition, compared with the stored offsets.
    ///
    /// - Throws: ``LostEventsError``, unless losses are accepted: then consumption is set to resume
    ///   at the oldest event, for an event that is seen again changes nothing.
    private func bounds(
        of partitions: [TopicPartition],
        _ projector: Projector,
        _ topics: TopicInspector
    ) async throws -> [TopicPartition: Range<Int64>] {
        var bounds: [TopicPartition: Range<Int64>] = [:]
        for partition in partitions {
            let available = try await topics.bounds(of: partition)
            bounds[partition] = available
            let position = StreamPosition(topic: partition.topic, partition: partition.partition)
            guard let stored = projector.offsets[position],
                let error = LostEventsError(partition, stored: stored, available: available)
            else { continue }
            guard lostEvents == .accept else { throw error }
            logger.error("lost events are accepted", metadata: ["reason": "\(error)"])
            projector.resume(position, at: available.lowerBound)
        }
        return bounds
    }

    // MARK: What a run reports

    func waiting(_ reason: String) {
        guard health.fail(.projection, reason) else { return }
        logger.warning("projection is waiting", metadata: ["reason": "\(reason)"])
    }

    func reading() {
        health.fail(.projection, "reading the topics to their end")
        logger.info("projection is reading the topics to their end")
    }

    func caughtUp(_ statistics: Projector.Statistics) {
        health.succeed(.projection)
        logger.info("projection has caught up", metadata: ["applied": "\(statistics.applied)"])
    }

    func storeFailed(_ error: StoreError) {
        guard health.fail(.readModel, "\(error)") else { return }
        logger.error("the read model cannot be written", metadata: ["error": "\(error)"])
    }

    func storeRecovered() {
        guard health.succeed(.readModel) else { return }
        logger.notice("the read model can be written again")
    }

    func passedOver(_ count: Int) {
        logger.warning(
            "records were passed over that are no events",
            metadata: ["count": "\(count)"]
        )
    }
}
