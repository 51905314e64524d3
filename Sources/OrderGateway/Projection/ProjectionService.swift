package import Kafka
package import Logging
internal import Orders
package import ReadModel
internal import ServiceLifecycle

/// Consumes the event topics into the read model, on an executor of its own.
///
/// Offsets move on only past events that were applied or whose dead letter was acknowledged:
/// everything here happens in one task, in order.
package struct ProjectionService: Service {
    package enum Limits {
        /// Records per poll: bounds what is decoded and folded before the next commit can happen.
        package static let recordsPerPoll = 2_000
        /// How long a poll waits for a first record; also how late an idle group is committed.
        package static let pollTimeout = Duration.milliseconds(50)
        /// For the broker to say which partitions there are.
        package static let metadataTimeout = Duration.seconds(5)
    }

    /// Under this group the offsets are committed to Kafka, for the eyes of lag tools only:
    /// consumption resumes from the store.
    package static let groupID = "order-gateway-read-model"

    private let configuration: ClientConfiguration
    private let store: OrderStore
    private let hotView: HotView
    private let deadLetters: any EventPublisher
    private let health: Health
    private let clock: WallClock
    private let logger: Logger

    package init(
        configuration: ClientConfiguration,
        store: OrderStore,
        hotView: HotView,
        deadLetters: any EventPublisher,
        health: Health,
        clock: WallClock,
        logger: Logger
    ) {
        self.configuration = configuration
        self.store = store
        self.hotView = hotView
        self.deadLetters = deadLetters
        self.health = health
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        health.succeed(.readModel)
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: "projection")) {
                try await cancelWhenGracefulShutdown { try await consume() }
            }
        } catch {
            // What is stored is still served, and orders are still taken: only readiness is red,
            // until someone has looked.
            health.fail(.projection, "stopped: \(error)")
            logger.critical("projection stopped by an error", metadata: ["error": "\(error)"])
            try? await gracefulShutdown()
        }
    }

    /// Consumes until the task is cancelled; then commits what has been applied.
    private func consume() async throws {
        let projector = try Projector(store: store, hotView: hotView)
        let consumer = try AssignedConsumer(
            configuration,
            groupID: Self.groupID,
            readsHeaders: false
        )
        defer { consumer.close() }
        let topics = [EventTopics.orders, EventTopics.inventory]
        do {
            let partitions = try await partitions(of: topics, consumer)
            var run = ProjectionRun(
                projector: projector,
                consumer: consumer,
                partitions: partitions,
                service: self
            )
            try await run.consume()
        } catch is CancellationError {
            logger.info(
                "projection stopped",
                metadata: ["applied": "\(projector.statistics.applied)"]
            )
        }
    }

    /// Asks for the partitions until the broker answers.
    private func partitions(
        of topics: [String],
        _ consumer: AssignedConsumer
    ) async throws -> [TopicPartition] {
        var backoff = Backoff()
        while true {
            try Task.checkCancellation()
            do throws(KafkaError) {
                let found = try consumer.partitions(of: topics, timeout: Limits.metadataTimeout)
                let missing = topics.filter { (found[$0] ?? []).isEmpty }
                if missing.isEmpty {
                    return found.flatMap { topic, partitions in
                        partitions.map { TopicPartition(topic: topic, partition: $0) }
                    }
                }
                waiting("topic \(missing.joined(separator: ", ")) does not exist yet")
            } catch {
                waiting("the broker cannot be reached: \(error)")
            }
            try await backoff.pause()
        }
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
        health.succeed(.readModel)
    }

    /// Publishes dead letters until the broker has taken each one.
    func bury(_ rejected: [RejectedRecord], keys: [[UInt8]?]) async throws {
        for (record, key) in zip(rejected, keys) {
            let message = DeadLetter.message(
                record,
                key: key,
                group: Self.groupID,
                attempts: 1,
                at: clock.now()
            )
            var backoff = Backoff()
            while true {
                do throws(PublishError) {
                    _ = try await deadLetters.publish(message)
                    break
                } catch {
                    waiting("a dead letter cannot be published: \(error)")
                }
                try await backoff.pause()
            }
            logger.warning(
                "event sent to the dead-letter topic",
                metadata: [
                    "topic": "\(record.topic)", "partition": "\(record.partition)",
                    "offset": "\(record.offset)", "error": "\(record.error)",
                ]
            )
        }
    }
}
