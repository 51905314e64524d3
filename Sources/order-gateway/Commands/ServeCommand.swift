internal import FoundationEssentials
internal import HTTPServer
internal import Kafka
internal import OrderGateway
internal import Transport
internal import Telemetry

/// The command `order-gateway serve`: runs the gateway with an existing broker.
enum ServeCommand {
    static let command = Command(
        name: "serve",
        summary: "Runs the gateway against a broker.",
        examples: """
            order-gateway serve --kafka-brokers localhost:9092 --http-host 0.0.0.0 \\
              --data-dir /var/lib/order-gateway --kafka-config security.protocol=ssl
            """,
        settings: SharedSettings.serving + SharedSettings.events + SharedSettings.tools,
        run: run
    )

    private static func run(_ invocation: Invocation) async throws {
        var configuration = try invocation.configuration()
        // Check this before the log begins, so that a usage error is one line.
        _ = try configuration.requireKafkaBrokers()
        let logger = configuration.serviceLogger()
        defer { logger.finish() }
        let kafka = try configuration.client("order-gateway", logger: logger)
        let signals = await StopSignals()
        configuration.inheritedSocket = try InheritedSocket.find(
            in: ProcessInfo.processInfo.environment
        )
        try DescriptorLimit.raise()
        let gateway = try Gateway(
            configuration: configuration,
            dataDir: configuration.dataDir ?? GatewayConfiguration.Defaults.dataDir,
            kafka: kafka,
            loops: EventLoopCount(configured: configuration.eventLoops),
            logger: logger
        )
        try await ServiceRun.run(
            gateway.services,
            signals: signals,
            delay: gateway.drainDelay,
            patience: configuration.shutdownTimeout,
            logger: logger
        )
        try gateway.close()
    }
}
