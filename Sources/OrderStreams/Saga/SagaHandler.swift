internal import Kafka
internal import Orders
internal import ReadModel
internal import Telemetry

/// Cancels the orders with failed reservations, and writes dead letters for unprocessable records.
struct SagaHandler: BatchHandler {
    let stream: SagaStream
    let publisher: SagaPublisher
    let registry: EventRegistry
    let rules: SagaRules
    let health: Health

    var recordsPerPoll: Int { SagaService.Limits.recordsPerPoll }
    var pollTimeout: Duration { SagaService.Limits.pollTimeout }

    /// - Returns: The offsets behind the records; all messages for the records are acknowledged.
    func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: EventTally?
    ) async throws -> [TopicPartition: Int64] {
        var work = stream.takeWork()
        work += gaps.map { rules.work(for: $0) }
        if let tally {
            for (partition, offsets) in stream.takeFollowed() { tally.pass(offsets, of: partition) }
            for gap in gaps { tally.note(gap) }
        }
        work += fetch.records.compactMap { self.work(for: $0, tally) }
        try await publisher.publish(work)
        return fetch.positions
    }

    private func work(for record: FetchedRecord, _ tally: EventTally?) -> SagaWork? {
        let event = record.streamRecord(registry).event
        tally?.note(record.topic, record.partition, at: record.offset, event.tallyKind)
        // A large record may take long.
        if case .failure = event { health.noteTurn() }
        return rules.work(for: record, event)
    }
}
