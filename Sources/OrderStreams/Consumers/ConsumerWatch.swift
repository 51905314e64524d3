internal import Kafka
package import Telemetry
internal import Text

/// Watches a consumer for its loop: its assignment, its commits, its lag and its errors.
///
/// It reports to readiness and to the observer.
///
/// It keeps its knowledge about the topics when consumption begins again with another consumer. Not
/// thread-safe: it belongs to the task that consumes.
package final class ConsumerWatch {
    enum Look { case asBefore, topicsHaveChanged }

    private let status: PartStatus
    private let health: Health?
    private let clock: MonotonicClock
    private let logger: Logger
    private let group: String
    private let observer: (any StreamObserver)?
    /// Whether a group assigns the partitions.
    ///
    /// If not, this consumer also has to consume partitions that are added later.
    private let isMember: Bool
    private var standing: ConsumerStanding

    private var consumer: (any ObservedConsumer)?
    private var ends: [TopicPartition: Int64] = [:]
    private var generation = 0
    private var hasPartitions = false
    /// Counts the records of the batches; only if there is an observer.
    private let tally: EventTally?
    /// The time when the current batch began; set only if there is an observer.
    private var batchBegan: MonotonicClock.Instant?
    private var commits = CommittedOffsets()
    private var pauses = 0

    /// - Parameters:
    ///   - maximumLag: The largest total lag in records with which the consumer is ready.
    ///   - isMember: Whether a group assigns the partitions. If not, errors about the group matter only to
    ///     lag tools.
    ///   - health: Detects pauses of the process; `nil` for no detection.
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
        tally = observer == nil ? nil : EventTally()
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

    /// Starts to watch a consumer when consumption begins or begins again.
    ///
    /// Call this function before the requests about the partitions to consume. A pause of the
    /// process after this call ends the loop.
    package func begin(_ consumer: any ObservedConsumer) {
        self.consumer = consumer
        tally?.forget(standing.madeAnew)
        pauses = noteTurn()
        ends = [:]
        generation = 0
        hasPartitions = false
        commits = CommittedOffsets()
    }

    /// Releases the consumer; call it when the consumer is closed.
    package func end() { consumer = nil }

    /// - Parameter ends: The known ends of the partitions.
    func expect(_ ends: [TopicPartition: Int64]) { self.ends = ends }

    // MARK: In the loop

    /// Checks for a new assignment; call it after each poll.
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

    /// Whether the process was paused for so long that other members may have its partitions now.
    var wasPaused: Bool { noteTurn() != pauses }

    func note(_ fetch: Fetch) {
        guard let consumer else { return }
        noteAssignment()
        standing.note(fetch, consumer, now: clock.now())
    }

    /// - Returns: A tally for the next batch; `nil` without an observer.
    func beginTally() -> EventTally? {
        guard let tally else { return nil }
        batchBegan = clock.now()
        tally.begin()
        return tally
    }

    /// Reports to the observer that a batch was handled.
    func report(_ fetch: Fetch) {
        guard let observer, let tally, let batchBegan else { return }
        for (partition, offset) in fetch.positions {
            let run = fetch.runs.last { $0.partition == partition }
            let last = run.flatMap { fetch.records[$0.records.upperBound - 1].timestamp }
            let time = last.map { Timestamp(millisecondsSinceEpoch: $0) }
            observer.reached(offset, in: partition, lastRecord: time, of: group)
        }
        tally.fill(from: fetch)
        tally.complete()
        guard !tally.isEmpty else { return }
        observer.handled(tally, by: group, in: batchBegan.duration(to: clock.now()))
    }

    func takePassed() -> [UnreadableGap] { standing.takePassed() }

    /// Commits the offsets that have changed since the last commit.
    ///
    /// - Parameter done: For each partition, the offset up to which all work is done.
    func commit(_ done: [TopicPartition: Int64]) {
        let offsets = commits.take(done)
        guard let consumer, !offsets.isEmpty else { return }
        do throws(KafkaError) {
            try consumer.commit(offsets)
            observer?.committed(offsets, of: group)
        } catch {
            // At worst the records are delivered again, with the same effect.
            // Without a group, only lag tools read these offsets.
            logger.log(
                level: isMember ? .warning : .debug,
                "offsets were not committed; they are with the next ones, and nothing is lost",
                metadata: ["error": "\(error)"]
            )
        }
    }

    /// Asks a broker about the topics, about once a second; may block.
    @discardableResult
    func look() -> Look {
        guard let consumer else { return .asBefore }
        standing.look(consumer, clock)
        let hasOthers = !isMember && standing.hasOthers
        return hasOthers || !standing.madeAnew.isEmpty ? .topicsHaveChanged : .asBefore
    }

    /// The topics that were deleted and created again since consumption began.
    var madeAnew: Set<String> { standing.madeAnew }

    /// Reports to readiness whether the consumer is up to date, and if not, the reason.
    ///
    /// - Parameter progress: Metadata for the log record that reports that it has caught up.
    func tell(_ progress: @autoclosure () -> Logger.Metadata) {
        // The result of a cancelled poll does not show whether the consumer is up to date.
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
