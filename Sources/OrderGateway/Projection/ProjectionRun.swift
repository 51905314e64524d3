internal import Kafka
internal import ReadModel

/// One run of the projection over known partitions: poll, apply, commit.
struct ProjectionRun {
    private let projector: Projector
    private let consumer: AssignedConsumer
    private let service: ProjectionService
    /// Partitions whose end has not been reached since the start.
    private var behind: Set<TopicPartition>
    private var starts: [TopicPartition: StartOffset] = [:]
    /// What Kafka has been told last.
    private var reported: [StreamPosition: Int64]

    init(
        projector: Projector,
        consumer: AssignedConsumer,
        partitions: [TopicPartition],
        service: ProjectionService
    ) {
        self.projector = projector
        self.consumer = consumer
        self.service = service
        behind = Set(partitions)
        reported = projector.committedOffsets
        for partition in partitions {
            let stored = projector.offsets[
                StreamPosition(topic: partition.topic, partition: partition.partition)
            ]
            starts[partition] = stored.map { .at($0) } ?? .earliest
        }
    }

    /// Runs until the task is cancelled, then commits what has been applied.
    mutating func consume() async throws {
        try consumer.assign(starts)
        service.reading()
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
        for partition in fetch.ends.keys { behind.remove(partition) }
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
