package import Kafka
package import Orders

/// The order service's side of the event flow: cancels the orders that cannot be fulfilled, and sends
/// what cannot be processed to the dead letters.
///
/// Replicas share the work as one consumer group. An offset is committed only after everything that
/// its record called for was acknowledged; what is delivered again yields the same messages again.
/// A replica is a static member of the group: started again, it has its partitions back at once.
package struct SagaService: Service {
    package enum Limits {
        /// Records per poll: bounds how much is published again after a crash.
        static let recordsPerPoll = 2_000
        /// How long a poll waits for a first record; a stop ends it.
        static let pollTimeout = Duration.seconds(1)
        /// Messages that are under way at once, and their bytes: room for orders is left in the
        /// producer's queue.
        static let messagesAtOnce = 256
        static let bytesAtOnce = 8 * 1024 * 1024
    }

    package static let groupID = "order-service"

    package let name = "saga"

    private let configuration: ClientConfiguration
    private let replicaID: UUID
    private let publisher: any EventPublisher
    private let registry: EventRegistry
    private let version: EventVersion
    private let retries: RetryPolicy
    private let lostEvents: LostEvents
    private let health: Health
    private let clock: WallClock
    private let logger: Logger

    /// - Parameters:
    ///   - replicaID: Tells this replica from the others, and is the same after a restart.
    ///   - registry: What can be processed.
    ///   - version: That of the events which are published here.
    package init(
        configuration: ClientConfiguration,
        replicaID: UUID,
        publisher: any EventPublisher,
        registry: EventRegistry,
        version: EventVersion,
        retries: RetryPolicy,
        lostEvents: LostEvents,
        health: Health,
        clock: WallClock,
        logger: Logger
    ) {
        self.configuration = configuration
        self.replicaID = replicaID
        self.publisher = publisher
        self.registry = registry
        self.version = version
        self.retries = retries
        self.lostEvents = lostEvents
        self.health = health
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                try await consume()
            }
            logger.info("saga stopped")
        } catch is CancellationError {
            logger.info("saga stopped")
        } catch {
            let isFenced = (error as? KafkaError)?.isFenced == true
            let reason =
                isFenced
                ? "another gateway has taken this one's place in the group \(Self.groupID): is one's"
                    + " data folder a copy of the other's? Without its file lock it gets an id anew"
                : "\(error)"
            health.fail(.saga, "stopped: \(reason)")
            logger.critical("saga stopped by an error", metadata: ["error": "\(reason)"])
            await untilCancelled()
        }
    }

    private static let topics = [EventTopics.orders, EventTopics.inventory]

    /// Compares the group's offsets with what the broker has.
    ///
    /// - Throws: ``LostEventsError``, unless losses are accepted: then the group goes on at the oldest
    ///   event, and what it publishes a second time is what it published at first.
    private func findLostEvents() async throws {
        let consumer = try AssignedConsumer(
            configuration,
            groupID: Self.groupID
        )
        defer { consumer.close() }
        let topics = TopicInspector(consumer: consumer, waiting: waiting)
        let offsets = try await topics.committed(topics.partitions(of: Self.topics))
        for (partition, committed) in offsets {
            let available = try await topics.bounds(of: partition)
            guard
                let error = LostEventsError(partition, stored: committed, available: available)
            else { continue }
            guard lostEvents == .accept else { throw error }
            logger.error("lost events are accepted", metadata: ["reason": "\(error)"])
        }
        health.succeed(.saga)
    }

    private func waiting(_ reason: String) {
        guard health.fail(.saga, reason) else { return }
        logger.warning("saga is waiting", metadata: ["reason": "\(reason)"])
    }

    private func consume() async throws {
        try await findLostEvents()
        let consumer = try GroupConsumer(
            configuration,
            groupID: Self.groupID,
            instanceID: "\(replicaID)",
            topics: Self.topics
        )
        defer { consumer.close() }
        try await consumer.endingPollsWhenCancelled { try await consume(consumer) }
    }

    private func consume(_ consumer: GroupConsumer) async throws {
        while !Task.isCancelled {
            let fetch = try consumer.poll(
                maximumRecords: Limits.recordsPerPoll,
                timeout: Limits.pollTimeout
            )
            try await publish(fetch.records.compactMap { work(for: $0) })
            if !fetch.nextOffsets.isEmpty { commit(fetch.nextOffsets, consumer) }
            await Task.yield()
        }
    }

    private func commit(_ offsets: [TopicPartition: Int64], _ consumer: GroupConsumer) {
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
            return .bury(
                DeadLetter(record.copy(), error: error, group: Self.groupID, at: clock.now())
            )
        }
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
                try await group.waitForAll()
            }
            rest = rest.dropFirst(count)
        }
    }

    private func publish(_ work: Work) async throws {
        switch work {
        case .cancel(let message): _ = try await publish(message, "a cancellation")
        case .bury(let letter):
            if try await publish(letter.message, "a dead letter") == false {
                _ = try await publish(letter.omittingOriginal.message, "a dead letter")
            }
            logger.warning(
                "event sent to the dead letters",
                metadata: ["id": "\(letter.id)", "error": "\(letter.error)"]
            )
        }
    }

    /// Tries a message as the policy says, and again from the beginning for as long as it takes:
    /// the offset may not pass a record that was not dealt with.
    ///
    /// - Returns: `false` when it is too large for its topic.
    private func publish(_ message: ProducerMessage, _ what: String) async throws -> Bool {
        var attempt = 1
        while true {
            do throws(PublishError) {
                _ = try await publisher.publish(message)
                health.succeed(.saga)
                return true
            } catch .messageTooLarge {
                return false
            } catch {
                let isLast = attempt >= retries.attempts || !error.isRetriable
                logger.log(
                    level: isLast ? .error : .warning,
                    "\(what) was not published",
                    metadata: ["attempt": "\(attempt)", "error": "\(error)"]
                )
                if isLast { health.fail(.saga, "\(what) cannot be published: \(error)") }
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
