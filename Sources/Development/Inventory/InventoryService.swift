package import Kafka
internal import Orders
package import Text
package import Telemetry
package import OrderStreams

/// A stand-in for the platform's inventory service.
///
/// It reserves the items of each new order, or publishes the reason why it cannot.
///
/// It has its own consumer and producer, and processes each event at least once: offsets are
/// committed after the answers were acknowledged.
package struct InventoryService: Sendable {
    package enum Limits {
        static let recordsPerPoll = 1_000
        static let pollTimeout = Duration.milliseconds(400)
        /// The time for which the producer waits to fill a batch; no request waits for an answer.
        static let linger = Duration.milliseconds(5)
        /// The time limit for messages in flight when the service stops.
        static let flushTimeout = Duration.seconds(5)
    }

    package static let groupID = "inventory-service"
    package static let sourceService = "inventory-service"
    static let insufficientStock = "insufficient_stock"

    package let name = "inventory"

    private let configuration: ClientConfiguration
    private let stock: Stock
    private let random: RandomSource
    private let time: WallClock
    private let clock: MonotonicClock
    private let registry: EventRegistry
    private let version: EventVersion
    private let observer: (any StreamObserver)?
    private let tracer: Tracer?
    private let logger: Logger
    private let status: PartStatus

    /// - Parameters:
    ///   - format: The format of the published events.
    ///   - health: The health of the gateway in the same process, if there is one.
    ///   - tracer: Records the answers; `nil` to record nothing.
    package init(
        configuration: ClientConfiguration,
        stock: Stock,
        random: RandomSource,
        time: WallClock,
        clock: MonotonicClock = .system,
        format: EventFormat = EventFormat(),
        health: Health? = nil,
        observer: (any StreamObserver)? = nil,
        tracer: Tracer? = nil,
        logger: Logger
    ) {
        self.configuration = configuration
        self.stock = stock
        self.random = random
        self.time = time
        self.clock = clock
        registry = format.registry
        version = format.version
        self.observer = observer
        self.tracer = tracer
        self.logger = logger
        status = PartStatus(.inventory, health: health, logger: logger)
    }

    package func run() async throws {
        var options = ProducerOptions()
        options.linger = Limits.linger
        let producer = try Producer(configuration, options)
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                try await answerOrders(producer)
            }
        } catch is CancellationError {
            // This is the usual end, like a return.
        }
        // In a cancelled task the flush would return at once, and the close would drop messages in
        // flight.
        await shieldedFromCancellation {
            _ = await producer.flush(timeout: Limits.flushTimeout)
            await producer.close()
        }
        logger.info("inventory stopped")
    }

    package static let topics = [EventTopics.orders]

    private func answerOrders(_ producer: Producer) async throws {
        let watch = ConsumerWatch(
            group: Self.groupID,
            topics: Self.topics,
            maximumLag: .max,
            status: status,
            // The health would only detect pauses. The answers are acknowledged when they are
            // committed, so their offsets are committed after a pause too.
            health: nil,
            clock: clock,
            observer: observer,
            logger: logger
        )
        var handler = InventoryHandler(
            producer: producer,
            stock: stock,
            random: random,
            time: time,
            clock: clock,
            registry: registry,
            version: version,
            tracer: tracer,
            logger: logger
        )
        try await Supervision(status: status, clock: clock).run {
            // The stand-in keeps no record of its answers, so lost events do not matter.
            let consumer = try GroupConsumer(
                configuration,
                groupID: Self.groupID,
                topics: Self.topics,
                topicsThatMayHaveLost: Set(Self.topics)
            )
            defer {
                consumer.close()
                watch.end()
            }
            watch.begin(consumer)
            try await consumer.endingPollsWhenCancelled {
                try await ConsumerLoop(watch: watch).run(consumer, &handler)
            }
        }
    }
}
