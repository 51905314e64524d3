package import Kafka
package import Telemetry

/// Keeps the topics and the producer ready, and says in readiness when they are not.
package struct KafkaService: Sendable {
    package enum Limits {
        /// How often a broker is asked after the topics, for readiness.
        static let probeInterval = Duration.seconds(1)
        /// How often those that lead the topic of orders are asked, while nothing is under way to them.
        static let leadersInterval = Duration.seconds(3)
        /// For it to answer.
        static let probeTimeout = Duration.seconds(2)
        /// For a broker to make a topic.
        static let topicsTimeout = Duration.seconds(3)
        /// For orders that are still on their way when the gateway stops: by then their clients
        /// have been answered or cut off.
        static let flushTimeout = Duration.seconds(5)
    }

    /// What was found out so far.
    private struct Known {
        var rules = TopicRules()
        var orders: TopicDescription?
        /// Why topics that were absent could not be made.
        var whyAbsent: KafkaError?
        /// When those that lead the topic of orders answered last; `nil` when not all did.
        var leadersReached: ContinuousClock.Instant?
        var isThrottled = false
    }

    package let name = "kafka"

    private let createTopics: AdminClient.CreateTopics
    private let producer: Producer
    private let gate: TopicGate
    private let health: Health
    private let clock: MonotonicClock
    private let logger: Logger

    /// - Parameters:
    ///   - createTopics: Called off the event loops.
    ///   - gate: Opened while the topic of orders is there.
    package init(
        createTopics: @escaping AdminClient.CreateTopics,
        producer: Producer,
        gate: TopicGate,
        health: Health,
        clock: MonotonicClock = .system,
        logger: Logger
    ) {
        self.createTopics = createTopics
        self.producer = producer
        self.gate = gate
        self.health = health
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        do {
            try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
                // A broker that is away would be waited for.
                try await withTaskCancellationHandler {
                    try await watch()
                } onCancel: {
                    producer.giveUpQuestions()
                }
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
        // Until a broker has said whether absent topics can be made.
        var makesTopics = true
        var known = Known()
        while true {
            do throws(KafkaError) {
                var topics = try producer.topics(EventTopics.used, timeout: Limits.probeTimeout)
                if makesTopics {
                    makesTopics = false
                    let absent = topics.filter { $0.error?.isUnknownTopic == true }
                    if !absent.isEmpty {
                        known.whyAbsent = make(absent)
                        makesTopics = known.whyAbsent?.isConnectionError ?? false
                        topics = try producer.topics(EventTopics.used, timeout: Limits.probeTimeout)
                    }
                }
                known.rules.refresh(producer, timeout: Limits.probeTimeout, now: clock.now())
                if let bytes = known.rules.largestBatch { producer.limitBatches(to: bytes) }
                known.orders = topics.first { $0.name == EventTopics.orders }
                if let orders = known.orders { try note(orders, &known) }
            } catch {
                try Task.checkCancellation()
                if error.isAuthorization {
                    gate.close(.refused(reason: error))
                    report(refusal(error))
                } else if !producer.isSlowedByQuota {
                    report(
                        unacknowledged(known.orders) ?? "the broker cannot be reached: \(error)"
                    )
                }
            }
            noteThrottling(&known.isThrottled)
            try await clock.sleep(for: Limits.probeInterval)
        }
    }

    /// Makes the topics that are absent at the start.
    ///
    /// Topics that disappear later were deleted on purpose, and are not made again.
    ///
    /// - Returns: Why one could not be made.
    private func make(_ absent: [TopicDescription]) -> KafkaError? {
        if let problem = absent.first?.problem { report(problem) }
        let names = absent.map(\.name)
        var reason: KafkaError?
        for specification in EventTopics.specifications where names.contains(specification.name) {
            do throws(KafkaError) {
                let made = try createTopics([specification], Limits.topicsTimeout)
                for topic in made where topic.isNew {
                    logger.info("topic created", metadata: ["topic": "\(topic.name)"])
                }
            } catch {
                logger.warning(
                    "topic not created",
                    metadata: ["topic": "\(specification.name)", "error": "\(error)"]
                )
                reason = reason ?? error
                // Without an answer the others would only be waited for too.
                guard error.isAuthorization else { break }
            }
        }
        return reason
    }

    /// - Throws: ``KafkaError`` when not all of those that lead the topic's partitions answer.
    private func note(
        _ orders: TopicDescription,
        _ known: inout Known
    ) throws(KafkaError) {
        if let error = orders.error, var problem = orders.problem {
            if error.isUnknownTopic, let whyAbsent = known.whyAbsent {
                problem += " and could not be made: \(whyAbsent)"
            }
            gate.close(
                error.isRefusal
                    ? .refused(reason: .topic(problem)) : .notPublished(reason: .topic(problem))
            )
            return report(problem)
        }
        known.whyAbsent = nil
        gate.open()
        if let problem = problem(orders, known.rules) ?? known.rules.loss { return report(problem) }
        // What is under way shows by itself whether it gets there, and is not to wait for a question.
        let isDue = known.leadersReached.map {
            $0 + Limits.leadersInterval <= clock.now() && producer.outstanding == 0
        }
        if isDue ?? true {
            known.leadersReached = nil
            try producer.reachLeaders(of: orders, timeout: Limits.probeTimeout)
            known.leadersReached = clock.now()
        }
        if health.succeed(.kafka) { logger.info("Kafka is available") }
    }

    /// What keeps orders from being published, though their topic is there.
    private func problem(_ orders: TopicDescription, _ rules: TopicRules) -> String? {
        switch producer.trouble {
        case .failed(let error): return "the producer has failed and is replaced: \(error)"
        case .refused(let error, EventTopics.orders), .refused(let error, nil):
            return refusal(error)
        case .refused(let error, .some(let topic)):
            return "the broker refuses what is published to \(topic): \(error)"
        case .unacknowledged: return rules.shortage(orders) ?? unacknowledged(orders)
        case nil: return orders.problem ?? rules.shortage(orders)
        }
    }

    private func refusal(_ error: KafkaError) -> String { "the broker refuses orders: \(error)" }

    /// Where orders were sent in vain, as long as that is all that is known.
    private func unacknowledged(_ orders: TopicDescription?) -> String? {
        guard case .unacknowledged(let place, _) = producer.trouble else { return nil }
        let state = orders?.states.first {
            orders?.name == place.topic && $0.number == place.partition
        }
        let replicas = state.map { "; in-sync replicas: \($0.inSync) of \($0.replicas)" } ?? ""
        return "what was sent to \(place) is not acknowledged\(replicas)"
    }

    /// Says when quotas begin and end to delay orders, which are accepted all the same.
    private func noteThrottling(_ wasThrottled: inout Bool) {
        let delay = producer.throttling
        guard wasThrottled != (delay != nil) else { return }
        wasThrottled = delay != nil
        if let delay {
            logger.warning("the broker delays orders: a quota", metadata: ["delay": "\(delay)"])
        } else {
            logger.info("the broker delays orders no more")
        }
    }

    private func report(_ reason: String) {
        guard health.fail(.kafka, reason) else { return }
        logger.warning("Kafka is not available", metadata: ["reason": "\(reason)"])
    }
}
