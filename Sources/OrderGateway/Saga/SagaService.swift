package import Kafka
package import Logging
internal import Orders
internal import ServiceLifecycle

/// The order service's half of the saga: consumes what the inventory service answers and cancels the
/// orders that cannot be fulfilled.
///
/// Replicas share the work as one consumer group. An offset is committed only after the cancellation
/// was acknowledged; what is delivered again yields the same cancellation again.
package struct SagaService: Service {
    package enum Limits {
        /// Records per poll: bounds how much is published again after a crash.
        static let recordsPerPoll = 1_000
        static let pollTimeout = Duration.milliseconds(100)
    }

    package static let groupID = "order-service"

    private let configuration: ClientConfiguration
    private let publisher: any EventPublisher
    private let retries: RetryPolicy
    private let health: Health
    private let logger: Logger

    package init(
        configuration: ClientConfiguration,
        publisher: any EventPublisher,
        retries: RetryPolicy,
        health: Health,
        logger: Logger
    ) {
        self.configuration = configuration
        self.publisher = publisher
        self.retries = retries
        self.health = health
        self.logger = logger
    }

    package func run() async throws {
        health.succeed(.saga)
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: "saga")) {
                try await cancelWhenGracefulShutdown { try await consume() }
            }
        } catch is CancellationError {
            logger.info("saga stopped")
        } catch {
            health.fail(.saga, "stopped: \(error)")
            logger.critical("saga stopped by an error", metadata: ["error": "\(error)"])
            try? await gracefulShutdown()
        }
    }

    private func consume() async throws {
        let consumer = try GroupConsumer(
            configuration,
            groupID: Self.groupID,
            topics: [EventTopics.inventory],
            readsHeaders: true
        )
        defer { consumer.close() }
        while !Task.isCancelled {
            let events = try consumer.poll(
                maximumRecords: Limits.recordsPerPoll,
                timeout: Limits.pollTimeout
            )
            var offsets: [TopicPartition: Int64] = [:]
            var cancellations: [ProducerMessage] = []
            for case .record(let record) in events {
                let partition = TopicPartition(topic: record.topic, partition: record.partition)
                offsets[partition] = record.offset + 1
                if let message = cancellation(record) { cancellations.append(message) }
            }
            try await publish(cancellations)
            if !offsets.isEmpty { commit(offsets, consumer) }
            await Task.yield()
        }
    }

    /// The cancellation that a record calls for, if any.
    ///
    /// What is no event is the projection's to send to the dead letters, for it consumes the same
    /// records.
    private func cancellation(_ record: ConsumedRecord) -> ProducerMessage? {
        guard let value = record.value, let decoded = try? Event.decode(value),
            case .event(let event) = decoded,
            case .inventoryReservationFailed(let failure) = event.payload
        else { return nil }
        return Compensation.message(for: failure, of: event, headers: record.headers)
    }

    private func commit(_ offsets: [TopicPartition: Int64], _ consumer: GroupConsumer) {
        do throws(KafkaError) {
            try consumer.commit(offsets)
        } catch {
            logger.warning("offsets were not committed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Publishing

    /// Publishes all messages, each until the broker has it.
    private func publish(_ messages: [ProducerMessage]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for message in messages { group.addTask { try await publish(message) } }
            try await group.waitForAll()
        }
    }

    /// Tries a message as the policy says, and again from the beginning for as long as it takes:
    /// the offset may not pass a failure whose order is not cancelled.
    private func publish(_ message: ProducerMessage) async throws {
        var attempt = 1
        while true {
            do throws(PublishError) {
                _ = try await publisher.publish(message)
                health.succeed(.saga)
                return
            } catch {
                let isLast = attempt % retries.attempts == 0
                logger.log(
                    level: isLast ? .error : .warning,
                    "a cancellation was not published",
                    metadata: ["attempt": "\(attempt)", "error": "\(error)"]
                )
                if isLast { health.fail(.saga, "a cancellation cannot be published: \(error)") }
            }
            let number = (attempt - 1) % retries.attempts + 1
            try await Task.sleep(for: retries.pause(after: number, random: .random(in: 0..<1)))
            attempt += 1
        }
    }
}
