internal import HTTPServer
package import Kafka
internal import ReadModel
internal import SQLiteStore
internal import Text
package import Transport
package import Telemetry
internal import OrderAPI
internal import OrderStreams

/// A gateway with all its parts, not yet running.
package struct Gateway: Sendable {
    package enum Limits {
        /// The memory for the hot view in bytes, which is enough for about 40,000 orders.
        package static let hotViewBytes = 64 * 1024 * 1024
    }

    /// The addresses on which the gateway will listen.
    ///
    /// The sockets are bound already.
    package let addresses: [SocketAddress]
    /// The addresses of the port for operators; empty if there is none of its own.
    package let adminAddresses: [SocketAddress]
    /// The services in the order in which they start.
    ///
    /// They stop in the reverse order: first the requests end, then the events, the producer, and
    /// finally the port for operators.
    package let services: [any Service]

    package let metrics: Metrics

    /// The delay between a signal and the stop; `nil` if there is none.
    package let drainDelay: DrainDelay?

    /// The recording of traces; `nil` if there is none.
    package let tracing: Tracing?

    private let database: SQLiteOrderStore
    private let server: Server

    /// - Parameters:
    ///   - dataDir: The folder of the read model. It is created if it is absent.
    ///   - kafka: The connection settings of the broker, including the user's properties.
    ///   - createTopics: Creates absent topics; `nil` to ask the broker for it.
    ///   - loops: The number of event loops, and the reason for it.
    ///   - health: The readiness to which the parts report.
    /// - Throws: ``DataFolderError``, ``StoreError``, ``KafkaError``, ``ServerError`` or
    ///   ``AdminPortError``; the error says what to correct.
    package init(
        configuration: GatewayConfiguration,
        dataDir: String,
        kafka: ClientConfiguration,
        createTopics: AdminClient.CreateTopics? = nil,
        loops: EventLoopCount,
        health: Health = Health(),
        logger: Logger
    ) throws {
        logger.info(
            "starting",
            metadata: ["event_loops": "\(loops.count)", "because": "\(loops.reason)"]
        )
        // Check this first, so that properties that no consumer accepts are reported before
        // anything starts.
        try ConsumerCheck.check(kafka)
        let folder = try DataFolder(dataDir, random: RandomSource(), clock: .system)
        database = try SQLiteOrderStore(folder: folder.path, keeping: folder)
        let store = try BloomFilteredStore(database)
        let hotView = HotView(limitBytes: Limits.hotViewBytes)
        let changes = ChangeRing()
        let metrics = Metrics(hotView: hotView, health: health)
        self.metrics = metrics
        let producer = try Producer(
            kafka.observed(by: metrics.kafka.observer(hasStatistics: true)),
            .delivering(within: configuration.deliveryTimeout),
            handOver: { EventLoop.batchingEnqueues($0) }
        )
        metrics.add(producer)
        metrics.add(changes)
        let gate = TopicGate(producer)
        let tracing = Tracing(
            configuration.tracing,
            service: OrderEventMessage.sourceService,
            instance: "\(folder.replicaID)",
            logger: logger
        )
        self.tracing = tracing
        metrics.add(tracing)
        let tracer = tracing?.tracer()
        let limiter = configuration.rateLimit.map { RateLimiter($0) }
        let orderPort = OrderPort(
            configuration: configuration,
            gate: gate,
            store: store,
            hotView: hotView,
            changes: changes,
            health: health,
            metrics: metrics,
            tracer: tracer,
            logger: logger
        )
        let status = StatusReport(
            metrics,
            health: health,
            producer: producer,
            topics: ProjectionService.topics,
            group: ProjectionService.groupID(folder.replicaID)
        )
        let adminPort = AdminPort(
            configuration: configuration,
            metrics: metrics,
            status: status,
            logger: logger
        )
        func handler(forOperators: Bool) -> GatewayHandler {
            let random = RandomSource()
            let stamp = RequestStamp(random: random, clock: .system, tracer: tracer)
            let isOwnPort = forOperators && configuration.adminListening != nil
            var routes = orderPort.routes(
                random: random,
                stamp: stamp,
                streams: isOwnPort ? AdminPort.Limits.streams : ChangeRing.Limits.streams
            )
            if forOperators { routes += adminPort.routes(stamp: stamp) }
            return GatewayHandler(routes: routes, stamp: stamp, limiter: limiter)
        }
        func observer() -> any ServerObserver {
            let metrics = metrics.http.observer()
            return AccessLog(configuration.accessLog, logger: logger, next: metrics) ?? metrics
        }
        var adminServer: Server?
        if let listening = configuration.adminListening {
            do throws(ServerError) {
                adminServer = try Server(
                    listening: listening,
                    loopCount: 1,
                    limits: AdminPort.limits(configuration.limits),
                    handler: handler(forOperators: true),
                    observer: observer(),
                    report: {
                        logger.warning(
                            "the admin port: \($0)",
                            metadata: ["help": Health.Part.http.help]
                        )
                    },
                    relieved: { logger.notice("the admin port takes new connections again") }
                )
            } catch {
                throw AdminPortError(reason: error)
            }
        }
        adminAddresses = adminServer?.addresses ?? []
        let feed = SagaFeed(
            version: configuration.format.version,
            time: .system,
            tracer: tracer
        )
        let readModelStatus = ReadModelStatus(health: health, logger: logger)
        let http = HTTPStatus(health: health, logger: logger)
        let server = try Server(
            listening: configuration.listening,
            loopCount: loops.count,
            limits: configuration.limits,
            handler: handler(forOperators: adminServer == nil),
            observer: observer(),
            report: { http.note($0) },
            relieved: { http.noteRelief() }
        )
        self.server = server
        addresses = server.addresses
        drainDelay = DrainDelay(configuration.drainDelay) { http.end() }
        var services: [any Service] = [
            KafkaService(
                createTopics: createTopics ?? AdminClient.creatingTopics(kafka),
                producer: producer,
                gate: gate,
                health: health,
                logger: logger
            ),
            TopicEnds(
                kafka,
                topics: ProjectionService.topics,
                lag: metrics.streams.lag,
                logger: logger
            ),
            status,
            StoreWatch(
                store: database,
                status: readModelStatus,
                disk: DiskWatch(
                    folder: folder.path,
                    minimum: configuration.minimumFreeBytes,
                    health: health,
                    logger: logger
                ),
                logger: logger
            ),
            ProjectionService(
                configuration: kafka,
                store: store,
                replicaID: folder.replicaID,
                hotView: hotView,
                settings: configuration.consuming,
                health: health,
                readModel: readModelStatus,
                feed: feed,
                observer: metrics.streams.observer(
                    of: ProjectionService.groupID(folder.replicaID),
                    topics: ProjectionService.topics,
                    countsFailures: true
                ),
                readModelObserver: metrics.readModel,
                listener: changes,
                tracer: tracer,
                start: metrics.start,
                logger: logger
            ),
            SagaService(
                configuration: kafka,
                publisher: gate,
                settings: configuration.consuming,
                version: configuration.format.version,
                retries: configuration.retries,
                health: health,
                time: .system,
                random: RandomSource(),
                feed: feed,
                observer: metrics.streams.observer(
                    of: SagaService.groupID,
                    topics: SagaService.topics
                ),
                tracer: tracer,
                logger: logger
            ),
            HTTPService(
                server: server,
                status: http,
                wantedConnections: configuration.limits.transport.connections,
                patience: configuration.shutdownTimeout,
                logger: logger
            ),
        ]
        var loops = server.loops.enumerated().map { LoopPulse(name: "http-\($0)", of: $1) }
        // It ends after everything that records spans.
        if let tracing { services.insert(tracing, at: 0) }
        if let adminServer {
            services.insert(AdminService(server: adminServer, logger: logger), at: 0)
            loops += adminServer.loops.enumerated().map { LoopPulse(name: "admin-\($0)", of: $1) }
        }
        // It stops first, because what waits for a loop that has ended waits for ever.
        let loopWatch = LoopWatch(loops, health: health, logger: logger)
        services.append(loopWatch)
        metrics.registry.register(LoopMetrics.families(loopWatch))
        metrics.registry.register(LogMetrics.families(logger))
        self.services = services
    }

    /// Closes the read model and removes the socket file.
    ///
    /// All services must have stopped before.
    package func close() throws {
        // If a signal arrived before the services ran, the socket file still exists.
        server.removeFile()
        try database.close()
    }
}
