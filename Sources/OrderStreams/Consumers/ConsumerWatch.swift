internal import Kafka
package import Telemetry

/// Looks after a consumer for its loop: what it has been given, what keeps it from records, how far it
/// has committed; and tells readiness.
///
/// What it has seen of topics is kept when consumption begins again. For the task that consumes.
package final class ConsumerWatch {
    enum Look { case asBefore, topicsHaveChanged }

    private let status: PartStatus
    private let health: Health?
    private let clock: MonotonicClock
    private let logger: Logger
    private let group: String
    private let observer: (any StreamObserver)?
    /// Whether the group gives out the partitions; if not, added ones are for this consumer too.
    private let isMember: Bool
    private var standing: ConsumerStanding

    private var consumer: (any ObservedConsumer)?
    private var ends: [TopicPartition: Int64] = [:]
    private var generation = 0
    private var hasPartitions = false
    /// When the batch that is being handled was begun with, while somebody observes.
    private var batchBegan: MonotonicClock.Instant?
    private var commits = CommittedOffsets()
    private var pauses = 0

    /// - Parameters:
    ///   - maximumLag: In records, all partitions together.
    ///   - isMember: Whether its group gives it its partitions; if not, what is about the group matters
    ///     to lag tools only.
    ///   - health: Where pauses of the process are found; `nil` where nobody looks for them.
    package init(
        group: String,
        topics: [String],
        maximumLag: Int64,
        unreadable: UnreadableRecords = .stop,
        isMember: Bool = true,
        status: PartStatus,
        health: Health?,
        clock: MonotonicClock,
        observer: (any StreamObserver)?,
        logger: Logger
    ) {
        self.group = group
        self.observer = observer
        self.status = status
        self.health = health
        self.clock = clock
        self.logger = logger
        self.isMember = isMember
        standing = ConsumerStanding(
            topics: topics,
            maximumLag: maximumLag,
            unreadable: unreadable,
            isMember: isMember,
            now: clock.now()
        )
    }

    /// Consumption begins, by a consumer that knows nothing of the one before.
    ///
    /// - Parameter pauses: How many pauses of the process there were before it was asked what there is
    ///   to consume; `nil` for those up to now.
    package func begin(_ consumer: any ObservedConsumer, pauses: Int? = nil) {
        self.consumer = consumer
        self.pauses = pauses ?? noteTurn()
        ends = [:]
        generation = 0
        hasPartitions = false
        commits = CommittedOffsets()
    }

    /// - Parameter ends: Where the partitions end, as far as that is known.
    func expect(_ ends: [TopicPartition: Int64]) { self.ends = ends }

    // MARK: In the loop

    /// To be called after each poll, which may have brought another assignment.
    func noteAssignment() {
        guard let consumer else { return }
        guard let assigned = consumer.assigned else {
            if hasPartitions { observer?.assigned(nil, to: group) }
            hasPartitions = false
            return
        }
        guard consumer.generation != generation else { return }
        generation = consumer.generation
        hasPartitions = true
        observer?.assigned(assigned, to: group)
        commits.begin(assigned)
        standing.begin(assigned, ends: ends, now: clock.now())
    }

    @discardableResult
    func noteTurn() -> Int { health?.noteTurn() ?? 0 }

    /// Whether the process was stopped for so long that others may have gone on.
    var wasPaused: Bool { noteTurn() != pauses }

    func note(_ fetch: Fetch) {
        guard let consumer else { return }
        noteAssignment()
        standing.note(fetch, consumer, now: clock.now())
    }

    /// - Returns: What a handler counts in; `nil` when nobody observes.
    func beginTally() -> EventTally? {
        guard observer != nil else { return nil }
        batchBegan = clock.now()
        return EventTally()
    }

    /// Tells that a batch was handled.
    func report(_ tally: inout EventTally?, _ fetch: Fetch) {
        guard let observer, let batchBegan, !fetch.records.isEmpty else { return }
        tally?.fill(from: fetch)
        guard let tally else { return }
        observer.handled(tally, by: group, in: batchBegan.duration(to: clock.now()))
    }

    func takePassed() -> [UnreadableGap] { standing.takePassed() }

    /// Commits what is done and has not been committed yet.
    ///
    /// - Parameter done: For each partition the offset up to which everything is done.
    func commit(_ done: [TopicPartition: Int64]) {
        let offsets = commits.take(done)
        guard let consumer, !offsets.isEmpty else { return }
        do throws(KafkaError) {
            try consumer.commit(offsets)
            observer?.committed(offsets, of: group)
        } catch {
            // They are delivered again at the worst, and whatever comes of them is the same.
            logger.warning("offsets were not committed", metadata: ["error": "\(error)"])
        }
    }

    /// Asks after the topics when it is time to; may block.
    @discardableResult
    func look() -> Look {
        guard let consumer else { return .asBefore }
        if standing.look(consumer, clock), let observer {
            for (partition, lag) in standing.lags(consumer) {
                observer.lags(lag, in: partition, of: group)
            }
        }
        let hasOthers = !isMember && standing.hasOthers
        return hasOthers || !standing.madeAnew.isEmpty ? .topicsHaveChanged : .asBefore
    }

    /// Topics that were deleted and are there again since consumption began.
    var madeAnew: Set<String> { standing.madeAnew }

    /// Says in readiness what keeps the consumer, if anything does.
    ///
    /// - Parameter progress: For the line of the log.
    func tell(_ progress: @autoclosure () -> Logger.Metadata) {
        // A poll that was ended says nothing.
        guard let consumer, !Task.isCancelled else { return }
        if let reason = standing.reason(consumer, now: clock.now()) {
            status.fail(reason)
        } else if consumer.assigned == nil {
            status.fail("waiting for the group to give out its partitions")
        } else {
            status.succeed(progress())
        }
    }
}
