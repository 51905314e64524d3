internal import Kafka
internal import ReadModel

/// One run of the projection over known partitions: poll, apply, commit.
struct ProjectionRun {
    private let projector: Projector
    private let consumer: AssignedConsumer
    private let service: ProjectionService
    /// The offsets at which partitions ended at the start, as far as they have not been reached.
    private var behind: [TopicPartition: Int64] = [:]
    private var starts: [TopicPartition: Int64] = [:]
    /// What Kafka has been told last.
    private var reported: [StreamPosition: Int64]

    /// - Parameter bounds: What the broker has of each partition.
    init(
        projector: Projector,
        consumer: AssignedConsumer,
        bounds: [TopicPartition: Range<Int64>],
        service: ProjectionService
    ) {
        self.projector = projector
        self.consumer = consumer
        self.service = service
        reported = projector.committedOffsets
        for (partition, available) in bounds {
            let position = StreamPosition(topic: partition.topic, partition: partition.partition)
            let start = projector.offsets[position] ?? available.lowerBound
            starts[partition] = start
            if start < available.upperBound { behind[partition] = available.upperBound }
        }
    }

    /// Runs until the task is cancelled, then commits what has been applied.
    mutating func consume() async throws {
        try consumer.assign(starts.mapValues { .at($0) })
        service.reading()
        if behind.isEmpty { service.caughtUp(projector.statistics) }
        while !Task.isCancelled {
            let fetch = try poll()
            try await apply(fetch.records)
            note(fetch)
            try await commit(force: false)
            // Lets in whatever else waits for this executor.
            await Task.yield()
        }
        try await commit(force: true)
        throw CancellationError()
    }

    private func poll() throws -> Fetch {
        try consumer.poll(
            maximumRecords: ProjectionService.Limits.recordsPerPoll,
            timeout: projector.isIdle
                ? ProjectionService.Limits.idlePollTimeout : ProjectionService.Limits.pollTimeout
        )
    }

    /// Applies a batch; a store that cannot be read is waited for, with nothing polled meanwhile.
    private func apply(_ fetched: [FetchedRecord]) async throws {
        guard !fetched.isEmpty else { return }
        let records = fetched.map(\.streamRecord)
        let rejected = projector.statistics.rejected
        try await retryingStore { () throws(StoreError) in try projector.apply(records) }
        let passedOver = projector.statistics.rejected - rejected
        if passedOver > 0 { service.passedOver(passedOver) }
    }

    private mutating func note(_ fetch: Fetch) {
        guard !behind.isEmpty else { return }
        // The last offsets of a partition need not be records': then only its end is told.
        for partition in fetch.ends.keys { behind[partition] = nil }
        for (partition, next) in fetch.nextOffsets where next >= behind[partition] ?? .max {
            behind[partition] = nil
        }
        if behind.isEmpty { service.caughtUp(projector.statistics) }
    }

    private mutating func commit(force: Bool) async throws {
        try await retryingStore { () throws(StoreError) in
            if force {
                try projector.commit()
            } else {
                _ = try projector.beginCommitIfDue(now: .now)
            }
        }
        guard projector.committedOffsets != reported else { return }
        reported = projector.committedOffsets
        let pairs = reported.map { position, offset in
            (TopicPartition(topic: position.topic, partition: position.partition), offset)
        }
        // Only lag tools read these: a failure is not worth stopping for.
        try? consumer.commit(Dictionary(uniqueKeysWithValues: pairs))
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
            try await backoff.pause()
        }
    }
}
