package import Kafka

/// Keeps the topics and the producer ready, and says in readiness when they are not.
package struct KafkaService: Service {
    package enum Limits {
        /// How often a broker is asked whether it is there, for readiness.
        static let probeInterval = Duration.seconds(1)
        /// For it to answer.
        static let probeTimeout = Duration.seconds(2)
        /// For a broker to answer a request about topics.
        static let topicsTimeout = Duration.seconds(5)
        /// For orders that are still on their way when the gateway stops: by then their clients
        /// have been answered or cut off.
        static let flushTimeout = Duration.seconds(5)
    }

    package let name = "kafka"

    private let broker: any Broker
    private let producer: Producer
    private let gate: TopicGate
    private let health: Health
    private let logger: Logger

    /// - Parameter gate: Opened once the topics are there.
    package init(
        broker: any Broker,
        producer: Producer,
        gate: TopicGate,
        health: Health,
        logger: Logger
    ) {
        self.broker = broker
        self.producer = producer
        self.gate = gate
        self.health = health
        self.logger = logger
    }

    package func run() async throws {
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                try await makeTopics()
                try await watchProducer()
            }
        } catch is CancellationError {
            // The usual end.
        }
        // In a cancelled task the flush would give up at once, and the close what is outstanding.
        let left = await shieldedFromCancellation {
            let left = await producer.flush(timeout: Limits.flushTimeout)
            await producer.close()
            return left
        }
        logger.info("producer closed", metadata: ["unacknowledged": "\(left)"])
    }

    /// Makes the topics that are absent, for as long as it takes to reach the broker.
    private func makeTopics() async throws {
        var backoff = Backoff()
        while true {
            do throws(KafkaError) {
                let made = try broker.createTopics(
                    EventTopics.specifications,
                    timeout: Limits.topicsTimeout
                )
                for topic in made where topic.isNew {
                    logger.info("topic created", metadata: ["topic": "\(topic.name)"])
                }
                gate.open()
                return
            } catch {
                report("the broker cannot be reached: \(error)")
            }
            try await backoff.pause()
        }
    }

    private func watchProducer() async throws {
        while true {
            do throws(KafkaError) {
                // Also makes the first order's event as quick as the later ones.
                try producer.probe(topic: EventTopics.orders, timeout: Limits.probeTimeout)
                if health.succeed(.kafka) { logger.info("Kafka is available") }
            } catch {
                report("the broker cannot be reached: \(error)")
            }
            try await Task.sleep(for: Limits.probeInterval)
        }
    }

    private func report(_ reason: String) {
        guard health.fail(.kafka, reason) else { return }
        logger.warning("Kafka is not available", metadata: ["reason": "\(reason)"])
    }
}
