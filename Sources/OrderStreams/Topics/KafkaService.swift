package import Kafka
package import Telemetry

/// Creates missing topics, watches the topics and the producer, and reports them to readiness.
package struct KafkaService: Sendable {
    package enum Limits {
        /// The time between two requests to a broker about the topics.
        static let probeInterval = Duration.seconds(1)
        /// The time between two requests to the order topic's leaders, if no message is in flight.
        static let leadersInterval = Duration.seconds(3)
        /// The time limit of one request.
        static let probeTimeout = Duration.seconds(2)
        /// The time limit for the creation of a topic.
        static let topicsTimeout = Duration.seconds(3)
        /// The time limit for messages in flight when the gateway stops.
        ///
        /// By the end of this time their clients have been answered or cut off.
        static let flushTimeout = Duration.seconds(5)
    }

    /// The facts known so far.
    private struct Known {
        var rules = TopicRules()
        var orders: TopicDescription?
        /// The reason why missing topics could not be created.
        var whyAbsent: KafkaError?
        /// The time of the last answers of the order topic's leaders; `nil` if one did not answer.
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
    ///   - createTopics: Creates topics; never called on an event loop.
    ///   - gate: The gate to open while the order topic exists.
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
                // Without this handler a stop would wait for a broker that does not answer.
                try await withTaskCancellationHandler {
                    try await watch()
                } onCancel: {
                    producer.giveUpQuestions()
                }
            }
        } catch is CancellationError {
            // This is the usual end.
        }
        // In a cancelled task the flush would return at once, and the close would drop messages in
        // flight.
        let left = await shieldedFromCancellation {
            let left = await producer.flush(timeout: Limits.flushTimeout)
            await producer.close()
            return left
        }
        logger.info("producer closed", metadata: ["unacknowledged": "\(left)"])
    }

    /// Checks the topics and the producer at intervals.
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

    /// Creates the topics that are missing at the start.
    ///
    /// If a topic disappears later, somebody has deleted it: it is not created again.
    ///
    /// - Returns: The reason why a topic could not be created, if any.
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
                // Without an answer, the requests for the other topics would time out too.
                guard error.isAuthorization else { break }
            }
        }
        return reason
    }

    /// - Throws: ``KafkaError`` if not all leaders of the topic's partitions answer.
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
        // A message in flight reports its own outcome, and must not wait behind a request.
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

    /// Returns the reason why orders cannot be published although their topic exists.
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

    /// Returns the place that did not acknowledge messages, if this is the only known problem.
    private func unacknowledged(_ orders: TopicDescription?) -> String? {
        guard case .unacknowledged(let place, _) = producer.trouble else { return nil }
        let state = orders?.states.first {
            orders?.name == place.topic && $0.number == place.partition
        }
        let replicas = state.map { "; in-sync replicas: \($0.inSync) of \($0.replicas)" } ?? ""
        return "what was sent to \(place) is not acknowledged\(replicas)"
    }

    /// Logs when quotas begin and stop to delay orders; the broker still accepts these orders.
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
