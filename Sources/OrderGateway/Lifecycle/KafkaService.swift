package import Kafka

/// Keeps the topics and the producer ready, and says in readiness when they are not.
package struct KafkaService: Service {
    package enum Limits {
        /// How often a broker is asked after the topics, for readiness.
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

    /// - Parameter gate: Opened while the topic of orders is there.
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
                try await watch()
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

    /// Looks after the topics and the producer, again and again.
    private func watch() async throws {
        var isFirst = true
        while true {
            do throws(KafkaError) {
                var topics = try producer.topics(EventTopics.used, timeout: Limits.probeTimeout)
                if isFirst {
                    isFirst = false
                    if makeTopics(absentFrom: topics) {
                        topics = try producer.topics(EventTopics.used, timeout: Limits.probeTimeout)
                    }
                }
                note(topics)
            } catch {
                report("the broker cannot be reached: \(error)")
            }
            try await Task.sleep(for: Limits.probeInterval)
        }
    }

    /// Makes the topics that are absent, once: those that go later were deleted by somebody.
    ///
    /// - Returns: Whether it was needed.
    private func makeTopics(absentFrom topics: [TopicDescription]) -> Bool {
        let absent = topics.filter { $0.error?.isUnknownTopic == true }.map(\.name)
        guard !absent.isEmpty else { return false }
        for specification in EventTopics.specifications where absent.contains(specification.name) {
            do throws(KafkaError) {
                let made = try broker.createTopics([specification], timeout: Limits.topicsTimeout)
                for topic in made where topic.isNew {
                    logger.info("topic created", metadata: ["topic": "\(topic.name)"])
                }
            } catch {
                logger.warning(
                    "topic not created",
                    metadata: ["topic": "\(specification.name)", "error": "\(error)"]
                )
            }
        }
        return true
    }

    private func note(_ topics: [TopicDescription]) {
        guard let orders = topics.first(where: { $0.name == EventTopics.orders }) else { return }
        if let error = orders.error, let problem = orders.problem {
            gate.close(
                error.isRefusal
                    ? .refused(reason: error) : .notPublished(reason: .topic(problem))
            )
            return report(problem)
        }
        gate.open()
        if let problem = problem(orders) { return report(problem) }
        if health.succeed(.kafka) { logger.info("Kafka is available") }
    }

    /// What keeps orders from being published, though their topic is there.
    private func problem(_ orders: TopicDescription) -> String? {
        switch producer.trouble {
        case .failed(let error): return "the producer has failed and is replaced: \(error)"
        case .refused(let error):
            let right = error.isAuthorization ? " (the right to write to a topic is missing)" : ""
            return "the broker refuses orders: \(error)\(right)"
        case .unacknowledged(let place, _):
            let state = orders.states.first { $0.number == place.partition }
            let replicas = state.map { "; in-sync replicas: \($0.inSync) of \($0.replicas)" } ?? ""
            return "what was sent to \(place) is not acknowledged\(replicas)"
        case nil: return orders.problem
        }
    }

    private func report(_ reason: String) {
        guard health.fail(.kafka, reason) else { return }
        logger.warning("Kafka is not available", metadata: ["reason": "\(reason)"])
    }
}
