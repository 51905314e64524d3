internal import Development
internal import FoundationEssentials
internal import HTTPServer
internal import Kafka
internal import OrderGateway
internal import Text
internal import Transport
internal import Telemetry
internal import OrderStreams
internal import Orders

/// The command `order-gateway dev`: everything in one process.
enum DevCommand {
    static let command = Command(
        name: "dev",
        summary: "Runs an embedded broker, the inventory stand-in and the gateway in one process.",
        details: """
            Nothing else has to be installed. The broker speaks Kafka's protocol over TCP,
            so kcat and other programs can join in; it keeps about 5 MiB a partition, in
            memory, and forgets everything when it ends. When there have been no orders
            for 5 seconds it rests: it answers those programs 100 ms late until the next
            order.
            """,
        examples: "order-gateway dev --http-port 9000 --log-level debug",
        options: [withInventory, InventoryCommand.stock],
        settings: SharedSettings.serving + SharedSettings.events + SharedSettings.embedded,
        run: run
    )

    private enum Limits {
        /// The time during a stop in which clients with idle connections may send one more request.
        ///
        /// It is short, because nobody depends on a development gateway.
        static let drainTimeout = Duration.milliseconds(100)
    }

    private static let withInventory = Command.Option(
        name: "inventory",
        value: .boolean(default: true),
        help: "Leave the inventory stand-in out: orders stay pending."
    )

    private static func run(_ invocation: Invocation) async throws {
        var configuration = try invocation.configuration()
        configuration.limits.transport.drainTimeout = Limits.drainTimeout
        let signals = await StopSignals()
        configuration.inheritedSocket = try InheritedSocket.find(
            in: ProcessInfo.processInfo.environment
        )
        let stock = try InventoryCommand.stock(invocation)
        let folder = try DevFolder(configuration.dataDir)
        defer { folder.remove() }
        signals.beforeEnding { folder.remove() }
        let broker = try EmbeddedBroker(topics: EventTopics.specifications)
        defer { broker.stop() }
        try await run(
            configuration,
            folder,
            broker,
            invocation.isOn(withInventory) ? stock : nil,
            signals
        )
    }

    /// - Parameter stock: The stock of the inventory stand-in; `nil` to run without a stand-in.
    private static func run(
        _ configuration: GatewayConfiguration,
        _ folder: DevFolder,
        _ broker: EmbeddedBroker,
        _ stock: Stock?,
        _ signals: StopSignals
    ) async throws {
        let logger = configuration.serviceLogger()
        defer { logger.finish() }
        try DescriptorLimit.raise()
        var parts = Health.Part.ofGateway
        if stock != nil { parts.append(.inventory) }
        let health = Health(parts: parts)
        let gateway = try Gateway(
            configuration: configuration,
            dataDir: folder.path,
            kafka: configuration.client(broker, "order-gateway", logger: logger),
            createTopics: { topics, timeout throws(KafkaError) in
                try broker.createTopics(topics, timeout: timeout)
            },
            loops: EventLoopCount(configured: configuration.eventLoops),
            health: health,
            logger: logger
        )
        var services = gateway.services
        if let stock {
            let inventory = InventoryService(
                configuration: configuration.client(broker, "inventory-service", logger: logger)
                    .observed(by: gateway.metrics.kafka.observer(hasStatistics: false)),
                stock: stock,
                random: RandomSource(),
                time: .system,
                format: configuration.format,
                health: health,
                observer: gateway.metrics.streams.observer(
                    of: InventoryService.groupID,
                    topics: InventoryService.topics
                ),
                tracer: gateway.tracing?.tracer(of: InventoryService.sourceService),
                logger: logger
            )
            let http = services.firstIndex { $0.name == "http" }
            services.insert(inventory, at: http ?? services.count)
        }
        services.append(Greeting(text: greeting(gateway, broker, folder), health: health))
        try await ServiceRun.run(
            services,
            signals: signals,
            delay: gateway.drainDelay,
            patience: configuration.shutdownTimeout,
            logger: logger
        )
        try gateway.close()
    }

    private static func greeting(
        _ gateway: Gateway,
        _ broker: EmbeddedBroker,
        _ folder: DevFolder
    ) -> String {
        let order =
            #"{"customer_id":"c-1","items":[{"product_id":"p-1","quantity":2,"unit_price":"9.99"}]}"#
        let address = gateway.addresses[0]
        let curl = address.isPath ? "curl -i --unix-socket \(address)" : "curl -i"
        let url = address.isPath ? "http://localhost" : "http://\(address)"
        let adminPort =
            gateway.adminAddresses.isEmpty
            ? "" : "\nAdmin port      \(text(of: gateway.adminAddresses))"
        return """
            Order gateway   \(text(of: gateway.addresses))\(adminPort)
            Kafka broker    \(broker.bootstrapServers)   (embedded)
            Read model      \(folder.path)
            Broker and read model start empty\(folder.isTemporary ? ", and both are forgotten" : "; the broker is forgotten") when this ends.

            Place an order, then ask for it at its Location:
              \(curl) -d '\(order)' \(url)/orders
              \(curl) \(url)/orders/ORDER_ID
            Watch the events:
              kcat -b \(broker.bootstrapServers) -C -t order-events -f '%k %h\\n%s\\n'

            Ctrl-C stops.
            """
    }

    private static func text(of addresses: [SocketAddress]) -> String {
        addresses.map { $0.isPath ? "\($0)" : "http://\($0)" }.joined(separator: " ")
    }
}

/// Prints the addresses of all parts when they are ready.
private struct Greeting: Service {
    private enum Limits {
        static let interval = Duration.milliseconds(20)
    }

    let name = "greeting"
    let text: String
    let health: Health

    func run() async throws {
        while !health.isReady { try await Task.sleep(for: Limits.interval) }
        // A failure is ignored: the gateway can run without this output.
        try? Console.line(text)
        await untilCancelled()
    }
}
