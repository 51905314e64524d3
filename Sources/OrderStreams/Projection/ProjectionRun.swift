internal import Kafka
internal import ReadModel
internal import Telemetry

/// One run of the projection over known partitions: poll, apply, commit.
struct ProjectionRun {
    private let projector: Projector
    private let consumer: AssignedConsumer
    private let service: ProjectionService
    private let starts: [TopicPartition: Int64]
    private let ends: [TopicPartition: Int64]
    private let pauses: Int
    /// The stored offsets that Kafka has been told last.
    private var reported: [StreamPosition: Int64]?

    /// - Parameters:
    ///   - bounds: What the broker has of each partition.
    ///   - pauses: How many pauses of the process there were before that was asked.
    init(
        projector: Projector,
        consumer: AssignedConsumer,
        bounds: [TopicPartition: Range<Int64>],
        pauses: Int,
        service: ProjectionService
    ) {
        self.projector = projector
        self.consumer = consumer
        self.pauses = pauses
        self.service = service
        var starts: [TopicPartition: Int64] = [:]
        for (partition, available) in bounds {
            starts[partition] = projector.offsets[partition.position] ?? available.lowerBound
        }
        self.starts = starts
        ends = bounds.mapValues(\.upperBound)
    }

    /// Runs until the task is cancelled, then commits what has been applied; or until the partitions
    /// are others.
    mutating func consume(_ standing: inout ConsumerStanding) async throws {
        standing.begin(starts, ends: ends)
        try consumer.assign(starts.mapValues { .at($0) })
        service.status.fail("reading the topics to their end", .info)
        while !Task.isCancelled {
            // What came meanwhile is found out from the beginning.
            guard service.noteTurn() == pauses else { return }
            let fetch = try poll()
            standing.note(fetch, consumer, now: .now)
            for gap in standing.takePassed() { service.passedOver(gap) }
            try await apply(fetch)
            standing.look(consumer, now: .now)
            guard !standing.hasOthers, standing.madeAnew.isEmpty else {
                return try await commit(force: true)
            }
            try await commit(force: false)
            guard service.noteTurn() == pauses else { return }
            tell(standing.reason(consumer, now: .now))
            // Lets in whatever else waits for this executor.
            await Task.yield()
        }
        try await commit(force: true)
        throw CancellationError()
    }

    private func tell(_ reason: String?) {
        // A poll that was ended says nothing.
        guard !Task.isCancelled else { return }
        if let reason {
            service.status.fail(reason)
        } else {
            service.status.succeed(["applied": "\(projector.statistics.applied)"])
        }
    }

    private func poll() throws -> Fetch {
        try consumer.poll(
            maximumRecords: ProjectionService.Limits.recordsPerPoll,
            timeout: projector.isIdle
                ? ProjectionService.Limits.idlePollTimeout : ProjectionService.Limits.pollTimeout
        )
    }

    /// Applies a batch; a store that cannot be read is waited for, with nothing polled meanwhile.
    private func apply(_ fetch: Fetch) async throws {
        if !fetch.records.isEmpty {
            let records = fetch.records.map(\.streamRecord)
            let rejected = projector.statistics.rejected
            try await retryingStore { () throws(StoreError) in try projector.apply(records) }
            let passedOver = projector.statistics.rejected - rejected
            if passedOver > 0 { service.passedOver(passedOver) }
        }
        // What is there and no record, such as the markers of transactions: were it removed, that would
        // be taken for a loss.
        for (partition, end) in fetch.ends {
            let position = partition.position
            if end > projector.offsets[position] ?? 0 { projector.resume(position, at: end) }
        }
    }

    private mutating func commit(force: Bool) async throws {
        try await retryingStore { () throws(StoreError) in
            if force {
                try projector.commit()
            } else {
                _ = try projector.beginCommitIfDue()
            }
        }
        guard projector.committedOffsets != reported else { return }
        reported = projector.committedOffsets
        let offsets = starts.map { partition, start in
            (partition, projector.committedOffsets[partition.position] ?? start)
        }
        // Only lag tools read these: a failure is not worth stopping for.
        try? consumer.commit(Dictionary(uniqueKeysWithValues: offsets))
    }

    /// Repeats an operation for as long as the store's trouble is of the passing kind, such as a
    /// full disk: nothing is polled and nothing is lost meanwhile, and readiness says why.
    private func retryingStore<Value>(
        _ operation: () throws(StoreError) -> Value
    ) async throws -> Value {
        var backoff = Backoff()
        while true {
            do throws(StoreError) {
                let value = try operation()
                service.storeRecovered()
                return value
            } catch {
                service.storeFailed(error)
                guard error.isTransient else { throw error }
            }
            _ = service.noteTurn()
            try await backoff.pause()
        }
    }
}

extension TopicPartition {
    var position: StreamPosition { StreamPosition(topic: topic, partition: partition) }
}
