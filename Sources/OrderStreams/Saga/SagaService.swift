package import Kafka
package import Orders
package import Text
package import Telemetry

/// The order service's side of the event flow: cancels the orders that cannot be fulfilled, and sends
/// what cannot be processed to the dead letters.
///
/// Replicas share the work as one consumer group. An offset is committed only after everything that
/// its record called for was acknowledged; what is delivered again yields the same messages again.
package struct SagaService: Sendable {
    package enum Limits {
        /// Records per poll: bounds how much is published again after a crash.
        static let recordsPerPoll = 2_000
        /// How long a poll waits for a first record; a stop ends it.
        static let pollTimeout = Duration.seconds(1)
        /// Between signs of life while something is published.
        static let turnInterval = Duration.seconds(1)
        /// Within this time a failure is had, if there are few: nobody waits for its cancellation.
        static let fetchWait = Duration.milliseconds(50)
        /// Messages that are under way at once, and their bytes: room for orders is left in the
        /// producer's queue.
        static let messagesAtOnce = 256
        static let bytesAtOnce = 8 * 1024 * 1024
    }

    package static let groupID = "order-service"

    package let name = "saga"

    private let configuration: ClientConfiguration
    private let publisher: any EventPublisher
    private let registry: EventRegistry
    private let version: EventVersion
    private let retries: RetryPolicy
    private let lostEvents: LostEvents
    private let unreadable: UnreadableRecords
    private let maximumLag: Int64
    private let health: Health
    private let clock: WallClock
    private let logger: Logger
    private let status: PartStatus

    /// - Parameters:
    ///   - registry: What can be processed.
    ///   - version: That of the events which are published here.
    package init(
        configuration: ClientConfiguration,
        publisher: any EventPublisher,
        registry: EventRegistry,
        version: EventVersion,
        retries: RetryPolicy,
        lostEvents: LostEvents,
        unreadable: UnreadableRecords = .stop,
        maximumLag: Int64,
        health: Health,
        clock: WallClock,
        logger: Logger
    ) {
        self.configuration = configuration
        self.publisher = publisher
        self.registry = registry
        self.version = version
        self.retries = retries
        self.lostEvents = lostEvents
        self.health = health
        self.clock = clock
        self.logger = logger
        self.unreadable = unreadable
        self.maximumLag = maximumLag
        status = PartStatus(.saga, health: health, logger: logger)
    }

    private static let topics = [EventTopics.orders, EventTopics.inventory]

    package func run() async throws {
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                var standing = ConsumerStanding(
                    topics: Self.topics,
                    maximumLag: maximumLag,
                    unreadable: unreadable
                )
                var mayHaveLost = false
                try await Supervision(status: status).run {
                    // Not before it is known to be possible: joining a group disturbs its members.
                    if mayHaveLost { try await findLostEvents() }
                    do {
                        try await consume(&standing)
                    } catch let error as KafkaError where error.isOffsetOutOfRange {
                        mayHaveLost = true
                        try await findLostEvents()
                        throw error
                    }
                }
            }
        } catch is CancellationError {
            logger.info("saga stopped")
        }
    }

    /// Compares the group's offsets with what the broker has.
    ///
    /// - Throws: ``LostEventsError``, unless losses are accepted: then the group goes on at the oldest
    ///   event, and what it publishes a second time is what it published at first.
    private func findLostEvents() async throws {
        let consumer = try AssignedConsumer(configuration, groupID: Self.groupID)
        defer { consumer.close() }
        try await consumer.endingPollsWhenCancelled { try findLostEvents(consumer) }
    }

    private func findLostEvents(_ consumer: AssignedConsumer) throws {
        let timeout = TopicInspector.Limits.timeout
        let partitions = try consumer.topics(Self.topics, timeout: timeout).flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0) }
        }
        let bounds = try consumer.bounds(of: partitions, timeout: timeout)
        for (partition, committed) in try consumer.committed(partitions, timeout: timeout) {
            guard let available = bounds[partition],
                let error = LostEventsError(partition, stored: committed, available: available)
            else { continue }
            guard lostEvents == .accept else { throw error }
            logger.error("lost events are accepted", metadata: ["reason": "\(error)"])
        }
    }

    /// Consumes until the task is cancelled, or until it has to begin again.
    private func consume(_ standing: inout ConsumerStanding) async throws {
        let consumer = try GroupConsumer(
            configuration,
            groupID: Self.groupID,
            topics: Self.topics,
            topicsThatMayHaveLost: lostEvents == .accept
                ? Set(Self.topics) : standing.madeAnew,
            fetchWait: Limits.fetchWait
        )
        defer { consumer.close() }
        try await consumer.endingPollsWhenCancelled { try await consume(consumer, &standing) }
    }

    private func consume(
        _ consumer: GroupConsumer,
        _ standing: inout ConsumerStanding
    ) async throws {
        var member = GroupMember(consumer)
        let pauses = health.noteTurn()
        while !Task.isCancelled {
            let fetch = try consumer.poll(
                maximumRecords: Limits.recordsPerPoll,
                timeout: Limits.pollTimeout
            )
            // After a pause others may have dealt with these records: they are left to who has the
            // partitions now.
            guard health.noteTurn() == pauses else { return }
            member.noteAssignment(&standing)
            standing.note(fetch, consumer, now: .now)
            let gaps = standing.takePassed().map { Work.bury(letter(about: $0)) }
            try await publish(gaps + fetch.records.compactMap { work(for: $0) })
            guard health.noteTurn() == pauses else { return }
            commit(member.toCommit(fetch), consumer)
            standing.look(consumer, now: .now)
            guard standing.madeAnew.isEmpty else { return }
            tell(member.reason(&standing))
            await Task.yield()
        }
    }

    private func tell(_ reason: String?) {
        // A poll that was ended says nothing.
        guard !Task.isCancelled else { return }
        if let reason { status.fail(reason) } else { status.succeed() }
    }

    private func commit(_ offsets: [TopicPartition: Int64], _ consumer: GroupConsumer) {
        guard !offsets.isEmpty else { return }
        do throws(KafkaError) {
            try consumer.commit(offsets)
        } catch {
            logger.warning("offsets were not committed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: What a record calls for

    private enum Work: Sendable {
        case cancel(ProducerMessage)
        case bury(DeadLetter)

        var bytes: Int {
            switch self {
            case .cancel(let message): message.value?.count ?? 0
            case .bury(let letter):
                // In base64, at the worst.
                if case .value(let value) = letter.original { value.count * 4 / 3 } else { 0 }
            }
        }
    }

    private func work(for record: FetchedRecord) -> Work? {
        do throws(EventError) {
            guard let value = record.value else { throw .noValue }
            guard case .event(let event) = try registry.decode(value),
                case .inventoryReservationFailed(let failure) = event.payload
            else { return nil }
            return .cancel(
                Compensation.message(
                    for: failure,
                    of: event,
                    header: record.header,
                    version: version
                )
            )
        } catch {
            // It may be large.
            health.noteTurn()
            return .bury(
                DeadLetter(record.copy(), error: error, group: Self.groupID, at: clock.now())
            )
        }
    }

    private func letter(about gap: ConsumerStanding.Gap) -> DeadLetter {
        DeadLetter(
            unreadable: gap.offsets,
            of: gap.partition,
            error: gap.error,
            group: Self.groupID,
            at: clock.now()
        )
    }

    // MARK: Publishing

    /// Publishes everything, so much at a time, and returns when the broker has all of it.
    private func publish(_ work: [Work]) async throws {
        var rest = work[...]
        while !rest.isEmpty {
            var bytes = 0
            let batch = rest.prefix(Limits.messagesAtOnce).prefix { item in
                bytes += item.bytes
                return bytes <= Limits.bytesAtOnce
            }
            // One that is larger by itself goes alone.
            let count = max(1, batch.count)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for item in rest.prefix(count) { group.addTask { try await publish(item) } }
                // A wait for the broker is no pause of the process.
                group.addTask {
                    while true {
                        health.noteTurn()
                        try await Task.sleep(for: Limits.turnInterval)
                    }
                }
                for _ in 0..<count { try await group.next() }
                group.cancelAll()
            }
            rest = rest.dropFirst(count)
        }
    }

    private func publish(_ work: Work) async throws {
        switch work {
        case .cancel(let message): try await publish([message], "a cancellation") { $0 }
        case .bury(let letter):
            try await publish(letter.shrinking, "a dead letter") { $0.message }
            logger.warning(
                "event sent to the dead letters",
                metadata: ["id": "\(letter.id)", "error": "\(letter.error)"]
            )
        }
    }

    /// Tries a message as the policy says, and again from the beginning for as long as it takes:
    /// the offset may not pass a record that was not dealt with.
    ///
    /// - Parameter sizes: The same thing told in fewer and fewer bytes: where one is too large for its
    ///   topic, the next is tried, and the last again and again.
    private func publish<Size>(
        _ sizes: [Size],
        _ what: String,
        message: (Size) -> ProducerMessage
    ) async throws {
        var rest = sizes[...]
        var attempt = 1
        while let size = rest.first {
            do throws(PublishError) {
                _ = try await publisher.publish(message(size))
                return
            } catch {
                if case .messageTooLarge = error, rest.count > 1 {
                    rest.removeFirst()
                    continue
                }
                let isLast = attempt >= retries.attempts || !error.isRetriable
                logger.log(
                    level: isLast ? .error : .warning,
                    "\(what) was not published",
                    metadata: ["attempt": "\(attempt)", "error": "\(error)"]
                )
                if isLast { status.fail("\(what) cannot be published: \(error)", .error) }
                let pause =
                    isLast
                    ? retries.longestPause
                    : retries.pause(after: attempt, random: .random(in: 0..<1))
                try await Task.sleep(for: pause)
                attempt = isLast ? 1 : attempt + 1
            }
        }
    }
}
