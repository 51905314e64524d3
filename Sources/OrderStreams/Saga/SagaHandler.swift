internal import Kafka
internal import Orders
internal import Telemetry
internal import Text

/// Cancels the orders with failed reservations, and writes dead letters for unprocessable records.
struct SagaHandler: BatchHandler {
    let publisher: SagaPublisher
    let registry: EventRegistry
    let version: EventVersion
    let health: Health
    let time: WallClock

    var recordsPerPoll: Int { SagaService.Limits.recordsPerPoll }
    var pollTimeout: Duration { SagaService.Limits.pollTimeout }

    /// - Returns: The offsets behind the records; all messages for the records are acknowledged.
    func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: inout EventTally?
    ) async throws -> [TopicPartition: Int64] {
        let letters = gaps.map { SagaWork.bury(letter(about: $0)) }
        try await publisher.publish(letters + fetch.records.compactMap { work(for: $0, &tally) })
        return fetch.positions
    }

    private func work(for record: FetchedRecord, _ tally: inout EventTally?) -> SagaWork? {
        var eventType: EventType?
        defer { tally?.note(record.place, eventType) }
        do throws(EventError) {
            guard let value = record.value else { throw .noValue }
            guard case .event(let event) = try registry.decode(value) else { return nil }
            eventType = event.payload.eventType
            guard case .inventoryReservationFailed(let failure) = event.payload else { return nil }
            return .cancel(
                Compensation.message(
                    for: failure,
                    of: event,
                    header: record.header,
                    version: version
                )
            )
        } catch {
            // A large record may take long.
            health.noteTurn()
            return .bury(
                DeadLetter(
                    record.copy(),
                    error: error,
                    group: SagaService.groupID,
                    at: time.now()
                )
            )
        }
    }

    private func letter(about gap: UnreadableGap) -> DeadLetter {
        DeadLetter(
            unreadable: gap.offsets,
            of: gap.partition,
            error: gap.error,
            group: SagaService.groupID,
            at: time.now()
        )
    }
}

/// The work that a record calls for.
enum SagaWork: Sendable {
    case cancel(ProducerMessage)
    case bury(DeadLetter)

    var bytes: Int {
        switch self {
        case .cancel(let message): message.value?.count ?? 0
        case .bury(let letter):
            // The worst case is base64.
            if case .value(let value) = letter.original { value.count * 4 / 3 } else { 0 }
        }
    }
}
