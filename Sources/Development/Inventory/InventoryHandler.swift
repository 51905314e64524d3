internal import Kafka
internal import Orders
internal import OrderStreams
internal import Telemetry
internal import Text

/// Publishes an answer to each `OrderCreated` event.
struct InventoryHandler: BatchHandler {
    let producer: Producer
    var stock: Stock
    let random: RandomSource
    let time: WallClock
    let clock: MonotonicClock
    let registry: EventRegistry
    let version: EventVersion
    let logger: Logger

    var recordsPerPoll: Int { InventoryService.Limits.recordsPerPoll }
    var pollTimeout: Duration { InventoryService.Limits.pollTimeout }

    /// - Returns: The offsets behind the records: all answers are acknowledged.
    mutating func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: EventTally?
    ) async throws -> [TopicPartition: Int64] {
        var answers: [ProducerMessage] = []
        for record in fetch.records {
            if let message = answer(record, tally) { answers.append(message) }
        }
        try await publish(answers)
        return fetch.positions
    }

    /// Returns the answer to an order's creation; `nil` for every other event.
    private mutating func answer(_ record: FetchedRecord, _ tally: EventTally?) -> ProducerMessage?
    {
        let decoded = Result { () throws(EventError) in
            guard let value = record.value else { throw .noValue }
            return try registry.decode(value)
        }
        tally?.note(record.topic, record.partition, at: record.offset, decoded.tallyKind)
        if case .failure(let error) = decoded {
            // The gateway writes a dead letter for this record.
            logger.warning(
                "event passed over: the gateway writes a dead letter for it, which says why",
                metadata: [
                    "topic": "\(record.topic)", "partition": "\(record.partition)",
                    "offset": "\(record.offset)", "error": "\(error)",
                ]
            )
            return nil
        }
        guard case .success(.event(let event)) = decoded,
            case .orderCreated(let order) = event.payload
        else { return nil }
        let payload: EventPayload =
            if let product = stock.take(order.items) {
                .inventoryReservationFailed(
                    InventoryReservationFailed(
                        orderID: order.orderID,
                        reason: InventoryService.insufficientStock,
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
        let now = time.now()
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
                sourceService: InventoryService.sourceService,
                traceID: trace.traceID,
                spanID: trace.spanID,
                version: version
            ),
            payload: payload
        )
        return OrderEventMessage.make(event, topic: EventTopics.inventory, trace: trace)
    }

    /// Publishes all answers together, and retries each failed one until it is acknowledged.
    private func publish(_ messages: [ProducerMessage]) async throws {
        let log = EventLog(logger)
        let logged = messages.map { log.fields(of: $0) }
        let outcomes = await producer.publish(messages)
        for case (.some(let fields), .success(let place)) in zip(logged, outcomes) {
            log.published(fields, at: place)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for case (let message, .failure(let error)) in zip(messages, outcomes) {
                group.addTask { try await publish(message, after: error) }
            }
            try await group.waitForAll()
        }
    }

    private func publish(
        _ message: ProducerMessage,
        after error: PublishError
    ) async throws {
        var error = error
        var backoff = Backoff()
        while true {
            logger.warning(
                "an answer was not published; it is tried again",
                metadata: ["error": "\(error)"]
            )
            try await clock.sleep(for: backoff.fail())
            do throws(PublishError) {
                _ = try await producer.publish(message)
                return
            } catch let next {
                error = next
            }
        }
    }
}
