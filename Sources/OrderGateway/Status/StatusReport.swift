internal import Kafka
internal import Synchronization
internal import Telemetry
internal import Text

/// What a gateway says of its state: it counts once a second, whoever asks, and makes a document of
/// it when somebody asks.
package final class StatusReport: Service {
    package let name = "status"

    private let metrics: Metrics
    private let health: Health
    private let producer: Producer
    private let topics: [String]
    private let group: String
    private let clock: WallClock
    private let history = Mutex(StatusHistory())

    /// - Parameters:
    ///   - topics: The topics that the read model consumes.
    ///   - group: The group of the read model.
    init(
        _ metrics: Metrics,
        health: Health,
        producer: Producer,
        topics: [String],
        group: String,
        clock: WallClock = .system
    ) {
        self.metrics = metrics
        self.health = health
        self.producer = producer
        self.topics = topics
        self.group = group
        self.clock = clock
    }

    package func run() async throws {
        while true {
            let counts = counts
            history.withLock { $0.note(counts, at: .now, clock.now()) }
            try await Task.sleep(for: StatusHistory.Limits.interval)
        }
    }

    private var counts: StatusCounts { StatusCounts(metrics, topics: topics, group: group) }

    // MARK: The document

    /// The present state: totals of now, and rates and quantiles up to the last second.
    package var document: StatusDocument {
        let (counts, history, now) = (counts, history.withLock { $0 }, clock.now())
        let checks = health.checks()
        let age = now.millisecondsSinceEpoch - metrics.start.millisecondsSinceEpoch
        return StatusDocument(
            service: .init(
                name: "order-gateway",
                version: ProgramVersion.number,
                commit: ProgramVersion.commit,
                startedAt: "\(metrics.start)",
                uptimeSeconds: Double(age) / 1000
            ),
            ready: checks.allSatisfy { $0.reason == nil },
            checks: checks.map { check in
                .init(
                    name: "\(check.name)",
                    status: check.reason == nil ? "ok" : "unavailable",
                    since: "\(check.since)",
                    reason: check.reason
                )
            },
            http: http(counts, history),
            orders: .init(
                acceptedTotal: counts.accepted,
                acceptedPerSecond: history.rate(\.accepted),
                visibleSeconds: .init(history.durations(\.visible))
            ),
            events: .init(
                sentTotal: counts.sent,
                sentPerSecond: history.rate(\.sent),
                sendFailedTotal: metrics.kafka.failed,
                consumedTotal: counts.consumed,
                consumedPerSecond: history.rate(\.consumed),
                failedTotal: metrics.streams.failures,
                retriesTotal: metrics.streams.retries
            ),
            lag: lag,
            deadLetters: deadLetters,
            producer: .init(
                queueMessages: producer.outstanding,
                queueBytes: producer.outstandingBytes
            ),
            readModel: .init(
                hotOrders: metrics.readModel.hotOrders,
                hotBytes: metrics.readModel.hotBytes,
                hitsTotal: metrics.readModel.hits,
                missesTotal: metrics.readModel.misses
            ),
            process: .init(
                cpuSecondsTotal: metrics.process.cpuSeconds,
                residentBytes: metrics.process.residentBytes,
                openDescriptors: metrics.process.openDescriptors
            ),
            samples: .init(
                intervalSeconds: Int(StatusHistory.Limits.interval.components.seconds),
                points: history.points.map { .init($0) }
            )
        )
    }

    private func http(_ counts: StatusCounts, _ history: StatusHistory) -> StatusDocument.HTTP {
        .init(
            connections: metrics.http.openConnections,
            activeRequests: metrics.http.activeRequests,
            requestsTotal: counts.requests,
            requestsPerSecond: history.rate(\.requests),
            clientErrorsTotal: counts.clientErrors,
            serverErrorsTotal: counts.serverErrors,
            serverErrorRatio: history.share(of: \.serverErrors, in: \.requests),
            shedTotal: metrics.http.shed,
            postOrderSeconds: .init(history.durations(\.post)),
            getOrderSeconds: .init(history.durations(\.get))
        )
    }

    private var lag: StatusDocument.Lag {
        let lags = metrics.streams.lag.lags
        return .init(
            total: lags.reduce(0) { $0 + $1.records },
            partitions: lags.map { lag in
                .init(
                    group: lag.group,
                    topic: lag.partition.topic,
                    partition: lag.partition.partition,
                    position: lag.position,
                    end: lag.end,
                    lag: lag.records,
                    lagSeconds: lag.seconds
                )
            }
        )
    }

    private var deadLetters: StatusDocument.DeadLetters {
        let letters = metrics.streams.deadLetters
        return .init(
            total: letters.total,
            recent: letters.recent.map { letter in
                .init(
                    timestamp: "\(letter.timestamp)",
                    topic: letter.topic,
                    partition: letter.partition,
                    offset: letter.offset,
                    eventType: letter.eventType,
                    orderId: letter.orderID.map { "\($0)" },
                    error: letter.error
                )
            }
        )
    }
}

extension StatusDocument.Quantiles {
    init(_ durations: HistogramSnapshot?) {
        p50 = durations?.quantile(0.5)
        p95 = durations?.quantile(0.95)
        p99 = durations?.quantile(0.99)
    }
}

extension StatusDocument.Samples.Point {
    init(_ point: StatusHistory.Point) {
        timestamp = "\(point.time)"
        ordersPerSecond = point.ordersPerSecond
        requestsPerSecond = point.requestsPerSecond
        eventsPerSecond = point.eventsPerSecond
        postP50 = point.postP50
        postP99 = point.postP99
        visibleP99 = point.visibleP99
        lag = point.lag
    }
}
