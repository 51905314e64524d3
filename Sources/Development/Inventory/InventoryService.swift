package import Kafka
internal import Orders
package import Text
package import Telemetry
package import OrderStreams

/// A stand-in for the platform's inventory service: reserves each order that was created, or says
/// why it cannot.
///
/// A consumer and producer of its own, at least once: offsets are committed after the answers were
/// acknowledged.
package struct InventoryService: Sendable {
    package enum Limits {
        static let recordsPerPoll = 1_000
        static let pollTimeout = Duration.milliseconds(400)
        /// For which answers wait for others: nobody waits for an answer.
        static let linger = Duration.milliseconds(5)
        /// For what is being published when the service stops.
        static let flushTimeout = Duration.seconds(5)
    }

    package static let groupID = "inventory-service"
    static let sourceService = "inventory-service"
    static let insufficientStock = "insufficient_stock"

    package let name = "inventory"

    private let configuration: ClientConfiguration
    private let stock: Stock
    private let random: RandomSource
    private let clock: WallClock
    private let registry: EventRegistry
    private let version: EventVersion
    private let health: Health?
    private let logger: Logger
    private let status: PartStatus

    /// - Parameters:
    ///   - format: How its events are written.
    ///   - health: Of the gateway in the same process, if there is one.
    package init(
        configuration: ClientConfiguration,
        stock: Stock,
        random: RandomSource,
        clock: WallClock,
        format: EventFormat = EventFormat(),
        health: Health? = nil,
        logger: Logger
    ) {
        self.configuration = configuration
        self.stock = stock
        self.random = random
        self.clock = clock
        registry = format.registry
        version = format.version
        self.health = health
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
            // The usual end, like a return.
        }
        // In a cancelled task the flush would give up at once, and the close what is outstanding.
        await shieldedFromCancellation {
            _ = await producer.flush(timeout: Limits.flushTimeout)
            await producer.close()
        }
        logger.info("inventory stopped")
    }

    private static let topics = [EventTopics.orders]

    private func answerOrders(_ producer: Producer) async throws {
        var stock = stock
        var standing = ConsumerStanding(topics: Self.topics, maximumLag: .max)
        try await Supervision(status: status).run {
            // A stand-in keeps no account of what it has answered: what is lost is not missed.
            let consumer = try GroupConsumer(
                configuration,
                groupID: Self.groupID,
                topics: Self.topics,
                topicsThatMayHaveLost: Set(Self.topics)
            )
            defer { consumer.close() }
            try await consumer.endingPollsWhenCancelled {
                try await consume(consumer, producer, &standing, &stock)
            }
        }
    }

    private func consume(
        _ consumer: GroupConsumer,
        _ producer: Producer,
        _ standing: inout ConsumerStanding,
        _ stock: inout Stock
    ) async throws {
        var member = GroupMember(consumer)
        while !Task.isCancelled {
            let fetch = try consumer.poll(
                maximumRecords: Limits.recordsPerPoll,
                timeout: Limits.pollTimeout
            )
            member.noteAssignment(&standing)
            standing.note(fetch, consumer, now: .now)
            let answers = fetch.records.compactMap { answer($0, &stock) }
            try await publish(answers, producer)
            commit(member.toCommit(fetch), consumer)
            standing.look(consumer, now: .now)
            guard standing.madeAnew.isEmpty else { return }
            if let reason = member.reason(&standing) {
                status.fail(reason)
            } else {
                status.succeed()
            }
            await Task.yield()
        }
    }

    private func commit(_ offsets: [TopicPartition: Int64], _ consumer: GroupConsumer) {
        guard !offsets.isEmpty else { return }
        do throws(KafkaError) {
            try consumer.commit(offsets)
        } catch {
            // The orders are answered again after a restart; the fold takes only the first answer.
            logger.warning("offsets were not committed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Answers

    /// The answer to an order's creation; `nil` for every other event.
    private func answer(_ record: FetchedRecord, _ stock: inout Stock) -> ProducerMessage? {
        guard let value = record.value else { return nil }
        let decoded: DecodedEvent
        do throws(EventError) {
            decoded = try registry.decode(value)
        } catch {
            // The gateway sends it to the dead letters.
            logger.warning(
                "event passed over",
                metadata: [
                    "topic": "\(record.topic)", "partition": "\(record.partition)",
                    "offset": "\(record.offset)", "error": "\(error)",
                ]
            )
            return nil
        }
        guard case .event(let event) = decoded, case .orderCreated(let order) = event.payload else {
            return nil
        }
        let payload: EventPayload =
            if let product = stock.take(order.items) {
                .inventoryReservationFailed(
                    InventoryReservationFailed(
                        orderID: order.orderID,
                        reason: Self.insufficientStock,
                        productID: product
                    )
                )
            } else {
                .inventoryReserved(InventoryReserved(orderID: order.orderID))
            }
        return message(payload, answering: event, record)
    }

    private func message(
        _ payload: EventPayload,
        answering cause: Event,
        _ record: FetchedRecord
    ) -> ProducerMessage {
        let now = clock.now()
        let trace = TraceContext.continuing(
            cause.envelope,
            header: record.header,
            spanID: random.spanID()
        )
        let event = Event(
            envelope: EventEnvelope(
                eventID: random.uuid(at: now),
                timestamp: now,
                correlationID: cause.envelope.correlationID,
                sourceService: Self.sourceService,
                traceID: trace.traceID,
                spanID: trace.spanID,
                version: version
            ),
            payload: payload
        )
        return OrderEventMessage.make(event, topic: EventTopics.inventory, trace: trace)
    }

    /// Publishes all answers together, and those that failed one by one until the broker has them.
    private func publish(_ messages: [ProducerMessage], _ producer: Producer) async throws {
        let outcomes = await producer.publish(messages)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for case (let message, .failure(let error)) in zip(messages, outcomes) {
                group.addTask { try await publish(message, after: error, producer) }
            }
            try await group.waitForAll()
        }
    }

    private func publish(
        _ message: ProducerMessage,
        after error: PublishError,
        _ producer: Producer
    ) async throws {
        var error = error
        var backoff = Backoff()
        while true {
            logger.warning("an answer was not published", metadata: ["error": "\(error)"])
            try await backoff.pause()
            do throws(PublishError) {
                _ = try await producer.publish(message)
                return
            } catch let next {
                error = next
            }
        }
    }
}
