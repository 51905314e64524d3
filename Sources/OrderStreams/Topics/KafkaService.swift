package import Kafka
package import Telemetry

/// Creates missing topics, watches the topics and the producer, and reports them to readiness.
package struct KafkaService: Sendable {
    package enum Limits {
        /// The time between two requests to a broker about the topics.
        static let probeInterval = Duration.seconds(1)
        /// The time between an unanswered request and the next one.
        ///
        /// The reason of a failed connection is often known only after the first request.
        static let retryInterval = Duration.milliseconds(250)
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
        var known = Known()
        var absent = AbsentTopics(
            create: createTopics,
            timeout: Limits.topicsTimeout,
            logger: logger
        )
        while true {
            var pause = Limits.probeInterval
            do throws(KafkaError) {
                var topics = try producer.topics(EventTopics.used, timeout: Limits.probeTimeout)
                absent.note(topics)
                if !absent.isEmpty {
                    // Later, readiness has the reason of the attempt before.
                    if known.orders == nil { reportFirstAbsent(topics) }
                    absent.make()
                    topics = try producer.topics(EventTopics.used, timeout: Limits.probeTimeout)
                }
                known.rules.refresh(producer, timeout: Limits.probeTimeout, now: clock.now())
                if let bytes = known.rules.largestBatch { producer.limitBatches(to: bytes) }
                known.orders = topics.first { $0.name == EventTopics.orders }
                if let orders = known.orders {
                    try note(orders, absent.reason(for: orders.name), &known)
                }
                health.noteMetadata()
            } catch {
                try Task.checkCancellation()
                if error.isConnectionError { pause = Limits.retryInterval }
                if error.isAuthorization {
                    gate.close(.refused(reason: error))
                    report(refusal(error))
                } else if producer.isSlowedByQuota {
                    // The broker answers, only later.
                    health.noteMetadata()
                } else {
                    report(
                        unacknowledged(known.orders) ?? "the broker cannot be reached: \(error)"
                    )
                }
            }
            noteThrottling(&known.isThrottled)
            try await clock.sleep(for: pause)
        }
    }

    private func reportFirstAbsent(_ topics: [TopicDescription]) {
        let absent = topics.first { $0.error?.isUnknownTopic == true }
        if let problem = absent?.problem { report(problem) }
    }

    /// - Parameter whyAbsent: The reason why the topic could not be created, if any.
    /// - Throws: ``KafkaError`` if not all leaders of the topic's partitions answer.
    private func note(
        _ orders: TopicDescription,
        _ whyAbsent: KafkaError?,
        _ known: inout Known
    ) throws(KafkaError) {
        if let error = orders.error, var problem = orders.problem {
            if error.isUnknownTopic, let whyAbsent {
                problem += " and could not be made: \(whyAbsent)"
            }
            gate.close(
                error.isRefusal
                    ? .refused(reason: .topic(problem)) : .notPublished(reason: .topic(problem))
            )
            return report(problem)
        }
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
        // The rules may have been changed during the outage.
        if !health.isAllRight(.kafka) {
            known.rules.refresh(
                producer,
                timeout: Limits.probeTimeout,
                now: clock.now(),
                isUnsettled: true
            )
            if let problem = problem(orders, known.rules) ?? known.rules.loss {
                return report(problem)
            }
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
            logger.warning(
                "the broker delays orders: a quota",
                metadata: ["delay": "\(delay)", "help": Health.Part.kafka.help]
            )
        } else {
            logger.info("the broker delays orders no more")
        }
    }

    private func report(_ reason: String) {
        guard health.fail(.kafka, reason) else { return }
        logger.warning(
            "Kafka is not available",
            metadata: ["reason": "\(reason)", "help": Health.Part.kafka.help]
        )
    }
}
