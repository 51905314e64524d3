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
    /// Records the answers; `nil` to record nothing.
    let tracer: Tracer?
    let logger: Logger

    var recordsPerPoll: Int { InventoryService.Limits.recordsPerPoll }
    var pollTimeout: Duration { InventoryService.Limits.pollTimeout }

    /// - Returns: The offsets behind the records: all answers are acknowledged.
    mutating func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: EventTally?
    ) async throws -> [TopicPartition: Int64] {
        var answers: [InventoryAnswer] = []
        for record in fetch.records {
            if let answer = answer(record, tally) { answers.append(answer) }
        }
        try await publish(answers)
        return fetch.positions
    }

    /// Returns the answer to an order's creation; `nil` for every other event.
    private mutating func answer(_ record: FetchedRecord, _ tally: EventTally?) -> InventoryAnswer?
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
    ) -> InventoryAnswer {
        let now = time.now()
        let processing = tracer?.process(record, cause, by: InventoryService.groupID)
        let sending = processing?.sending(to: EventTopics.inventory)
        let trace = EventOrigin(cause.envelope, header: record.header).following(
            spanID: sending?.context.spanID ?? random.spanID(),
            isSampled: tracer == nil ? nil : processing != nil
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
        return InventoryAnswer(
            message: OrderEventMessage.make(event, topic: EventTopics.inventory, trace: trace),
            processing: processing,
            sending: sending
        )
    }

    /// Publishes all answers together, and retries each failed one until it is acknowledged.
    private func publish(_ answers: [InventoryAnswer]) async throws {
        let log = EventLog(logger)
        let logged = answers.map { log.fields(of: $0.message) }
        let outcomes = await producer.publish(answers.map(\.message))
        for case (.some(let fields), .success(let place)) in zip(logged, outcomes) {
            log.published(fields, at: place)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (answer, outcome) in zip(answers, outcomes) {
                switch outcome {
                case .success(let place): answer.end(place)
                case .failure(let error):
                    group.addTask { try await publish(answer, after: error) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func publish(
        _ answer: InventoryAnswer,
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
                answer.end(try await producer.publish(answer.message))
                return
            } catch let next {
                error = next
            }
        }
    }
}

/// An answer, with its spans if its trace is recorded.
private struct InventoryAnswer: Sendable {
    let message: ProducerMessage
    let processing: ActiveSpan?
    let sending: ActiveSpan?

    func end(_ place: Acknowledgement) {
        sending?.end(.success(place))
        processing?.end()
    }
}
