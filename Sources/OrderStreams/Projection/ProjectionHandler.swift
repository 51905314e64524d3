internal import Kafka
internal import Orders
internal import ReadModel
internal import Telemetry

/// Applies records to the hot view at once, and to the store in groups.
struct ProjectionHandler: BatchHandler {
    let projector: Projector
    let registry: EventRegistry
    /// The partitions that are consumed.
    let partitions: [TopicPartition]
    /// Receives what the saga has to take care of; `nil` when the saga fetches for itself.
    let feed: SagaFeed?
    /// Records the projection; `nil` to record nothing.
    let tracing: ProjectionTracing?
    let readModel: ReadModelStatus
    let health: Health
    let clock: MonotonicClock
    let logger: Logger
    /// The number of groups that were stored at the last report.
    var reportedGroups: Int?

    var recordsPerPoll: Int { ProjectionService.Limits.recordsPerPoll }

    var pollTimeout: Duration {
        projector.isIdle
            ? ProjectionService.Limits.idlePollTimeout : ProjectionService.Limits.pollTimeout
    }

    var progress: Logger.Metadata { ["applied": "\(projector.statistics.applied)"] }

    /// - Returns: The offsets in the store, if they are new. Only lag tools read them from Kafka.
    mutating func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: EventTally?
    ) async throws -> [TopicPartition: Int64] {
        for gap in gaps { note(gap) }
        let received = tracing?.tracer.now()
        let records = fetch.records.map { $0.streamRecord(registry) }
        let times = received.flatMap { tracing?.times(received: $0) }
        if let tally {
            for gap in gaps { tally.note(gap) }
            tally.note(records)
        }
        // The saga does not wait for the store.
        feed?.advance(fetch, Self.findings(records, fetch), passedOver: gaps)
        try await apply(records, fetch)
        if let times { tracing?.note(records, fetch.records, times) }
        try await retryingStore { () throws(StoreError) in
            _ = try projector.beginCommitIfDue()
        }
        guard reportedGroups != projector.storedGroups else { return [:] }
        reportedGroups = projector.storedGroups
        return stored
    }

    /// Stores the changes of all applied records.
    func end() async throws -> [TopicPartition: Int64] {
        try await retryingStore { () throws(StoreError) in try projector.commit() }
        return stored
    }

    private var stored: [TopicPartition: Int64] {
        var stored: [TopicPartition: Int64] = [:]
        for partition in partitions {
            stored[partition] = projector.committedOffsets[partition.position]
        }
        return stored
    }

    /// Returns the records of which the saga may have to take care.
    private static func findings(_ records: [StreamRecord], _ fetch: Fetch) -> [SagaFeed.Finding] {
        records.indices.filter { records[$0].concernsSaga }
            .map { SagaFeed.Finding(record: fetch.records[$0], event: records[$0].event) }
    }

    /// Applies a batch; waits without a poll while the store cannot be read.
    private func apply(_ records: [StreamRecord], _ fetch: Fetch) async throws {
        if !records.isEmpty {
            let rejected = projector.statistics.rejected
            try await retryingStore { () throws(StoreError) in try projector.apply(records) }
            EventLog(logger).processed(records, by: "projection")
            let passedOver = projector.statistics.rejected - rejected
            if passedOver > 0 {
                logger.warning(
                    "records were passed over that are no events: see order-gateway dead-letters list",
                    metadata: ["count": "\(passedOver)"]
                )
            }
        }
        // Count offsets without a record, such as transaction markers, as consumed. Otherwise their
        // removal looks like a loss of events.
        for (partition, end) in fetch.ends {
            let position = partition.position
            if end > projector.offsets[position] ?? 0 { projector.resume(position, at: end) }
        }
    }

    /// Logs a gap, for which the saga writes a dead letter.
    private func note(_ gap: UnreadableGap) {
        logger.error(
            "records that cannot be read were passed over: see order-gateway dead-letters list",
            metadata: [
                "partition": "\(gap.partition)", "offset": "\(gap.offsets.lowerBound)",
                "count": "\(gap.offsets.count)", "error": "\(gap.error)",
            ]
        )
    }

    /// Repeats an operation while the store fails with transient errors, such as a full disk.
    ///
    /// Nothing is polled and nothing is lost during this time, and readiness contains the reason.
    private func retryingStore<Value>(
        _ operation: () throws(StoreError) -> Value
    ) async throws -> Value {
        var backoff = Backoff()
        while true {
            do throws(StoreError) {
                let value = try operation()
                readModel.noteSuccess()
                return value
            } catch {
                readModel.noteFailure(error)
                guard error.isTransient else { throw error }
            }
            feed?.holdUp()
            health.noteTurn()
            try await clock.sleep(for: backoff.fail())
        }
    }
}

extension StreamRecord {
    /// Whether the saga may have to take care of the record.
    fileprivate var concernsSaga: Bool { eventType?.concernsSaga ?? event.concernsSaga }
}
