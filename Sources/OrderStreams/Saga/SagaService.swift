package import Kafka
package import Orders
package import Text
package import Telemetry

/// The order service's part of the event flow.
///
/// It cancels the orders that cannot be fulfilled, and writes dead letters for records that cannot
/// be processed.
///
/// Replicas share the work as one consumer group. An offset is committed only after all messages
/// for its record are acknowledged. A record that is delivered again gives the same messages again.
package struct SagaService: Sendable {
    package enum Limits {
        /// The largest number of records per poll; limits the repeated messages after a crash.
        package static let recordsPerPoll = 2_000
        /// The longest wait of a poll for a first record; a stop ends the wait.
        static let pollTimeout = Duration.seconds(1)
        /// The time between two signs of life during publishing.
        static let turnInterval = Duration.seconds(1)
        /// The longest time for which a broker waits for more records before it answers a fetch.
        ///
        /// No request waits for a cancellation.
        static let fetchWait = Duration.milliseconds(50)
        /// The largest number of messages in flight.
        ///
        /// With the limit of their bytes, it leaves room for orders in the producer's queue.
        static let messagesAtOnce = 256
        static let bytesAtOnce = 8 * 1024 * 1024
    }

    package static let groupID = "order-service"

    package let name = "saga"

    private let configuration: ClientConfiguration
    private let publisher: any EventPublisher
    private let settings: ConsumerSettings
    private let version: EventVersion
    private let retries: Backoff
    private let health: Health
    private let time: WallClock
    private let clock: MonotonicClock
    private let random: RandomSource
    private let feed: SagaFeed?
    private let observer: (any StreamObserver)?
    private let tracer: Tracer?
    private let logger: Logger
    private let status: PartStatus

    /// - Parameters:
    ///   - version: The version of published events.
    ///   - retries: The number of attempts to publish a message, and the pauses between them.
    ///   - time: The clock for the timestamps of dead letters.
    ///   - feed: What the projection reads; `nil` to fetch everything for the saga alone.
    ///   - tracer: Records what records call for; `nil` to record nothing.
    package init(
        configuration: ClientConfiguration,
        publisher: any EventPublisher,
        settings: ConsumerSettings,
        version: EventVersion,
        retries: Backoff,
        health: Health,
        time: WallClock,
        clock: MonotonicClock = .system,
        random: RandomSource,
        feed: SagaFeed? = nil,
        observer: (any StreamObserver)? = nil,
        tracer: Tracer? = nil,
        logger: Logger
    ) {
        self.configuration = configuration
        self.publisher = publisher
        self.settings = settings
        self.version = version
        self.retries = retries
        self.health = health
        self.time = time
        self.clock = clock
        self.random = random
        self.feed = feed
        self.observer = observer
        self.tracer = tracer
        self.logger = logger
        status = PartStatus(.saga, health: health, logger: logger)
    }

    package static let topics = [EventTopics.orders, EventTopics.inventory]

    package func run() async throws {
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                let watch = ConsumerWatch(
                    group: Self.groupID,
                    topics: Self.topics,
                    maximumLag: settings.maximumLag,
                    unreadable: settings.unreadable,
                    status: status,
                    health: health,
                    clock: clock,
                    observer: observer,
                    logger: logger
                )
                var mayHaveLost = false
                try await Supervision(status: status, clock: clock).run {
                    // After a loss, join the group only when consumption is possible, because a
                    // join disturbs the members.
                    if mayHaveLost { try await findLostEvents() }
                    do {
                        try await consume(watch)
                    } catch let error as KafkaError where error.isOffsetOutOfRange {
                        mayHaveLost = true
                        try await findLostEvents()
                        throw error
                    }
                }
            }
        } catch is CancellationError {
            logger.info("saga stopped")
        }
    }

    /// Compares the group's offsets with the available offsets.
    ///
    /// - Throws: ``LostEventsError``, unless losses are accepted. If they are, the group continues
    ///   at the oldest event. A message that it publishes again is the same message as before.
    private func findLostEvents() async throws {
        let consumer = try AssignedConsumer(configuration, groupID: Self.groupID)
        defer { consumer.close() }
        try await consumer.endingPollsWhenCancelled { try findLostEvents(consumer) }
    }

    private func findLostEvents(_ consumer: AssignedConsumer) throws {
        let timeout = TopicInspector.Limits.timeout
        let partitions = try consumer.topics(Self.topics, timeout: timeout).flatMap(\.partitions)
        let bounds = try consumer.bounds(of: partitions, timeout: timeout)
        for (partition, committed) in try consumer.committed(partitions, timeout: timeout) {
            guard let available = bounds[partition],
                let error = LostEventsError(partition, stored: committed, available: available)
            else { continue }
            guard settings.lostEvents == .accept else { throw error }
            logger.error(
                "lost events are accepted: orders may stay pending that should be cancelled",
                metadata: ["reason": "\(error)"]
            )
        }
    }

    /// Consumes until the task is cancelled, or until it has to begin again.
    private func consume(_ watch: ConsumerWatch) async throws {
        let consumer = try GroupConsumer(
            configuration,
            groupID: Self.groupID,
            topics: Self.topics,
            topicsThatMayHaveLost: settings.lostEvents == .accept
                ? Set(Self.topics) : watch.madeAnew,
            fetchWait: Limits.fetchWait
        )
        let stream = SagaStream(consumer, feed: feed)
        defer {
            stream.close()
            watch.end()
        }
        watch.begin(stream)
        var handler = SagaHandler(
            stream: stream,
            publisher: SagaPublisher(
                publisher: publisher,
                retries: retries,
                health: health,
                status: status,
                clock: clock,
                random: random,
                observer: observer,
                logger: logger
            ),
            registry: settings.registry,
            rules: SagaRules(version: version, time: time, tracer: tracer),
            health: health
        )
        try await consumer.endingPollsWhenCancelled {
            try await ConsumerLoop(watch: watch).run(stream, &handler)
        }
    }
}
