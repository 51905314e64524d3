internal import Kafka
internal import OrderGateway
internal import Text
internal import Development
internal import Orders
internal import Telemetry

/// The command `order-gateway inventory`: stands in for the inventory service.
enum InventoryCommand {
    static let command = Command(
        name: "inventory",
        summary: "Runs a stand-in for the inventory service.",
        details: """
            Answers every OrderCreated on order-events with InventoryReserved on
            inventory-events, or with InventoryReservationFailed (insufficient_stock) when
            a product id begins with out-of-stock, or when there are not enough pieces of
            it.
            """,
        examples: """
            echo '{"p-1": 100, "p-2": 5}' > stock.json
            order-gateway inventory --kafka-brokers localhost:9092 --stock stock.json
            """,
        options: [stock],
        settings: SharedSettings.events + SharedSettings.tools,
        run: run
    )

    static let stock = Command.Option(
        name: "stock",
        value: .text(placeholder: "FILE"),
        help: "A JSON object of product ids and pieces; products not in it never run out."
    )

    /// Returns the stock.
    ///
    /// It is unlimited without a file, and for products that the file does not name.
    static func stock(_ invocation: Invocation) throws(StockError) -> Stock {
        guard let path = invocation.text(stock) else { return Stock() }
        return try StockFile.read(path)
    }

    private static func run(_ invocation: Invocation) async throws {
        let configuration = try invocation.configuration()
        _ = try configuration.requireKafkaBrokers()
        let logger = configuration.serviceLogger()
        defer { logger.finish() }
        let kafka = try configuration.client("inventory-service")
        let signals = await StopSignals()
        let random = RandomSource()
        let tracing = Tracing(
            configuration.tracing,
            service: InventoryService.sourceService,
            instance: "\(random.uuid(at: WallClock.system.now()))",
            logger: logger
        )
        let inventory = InventoryService(
            configuration: kafka,
            stock: try stock(invocation),
            random: random,
            time: .system,
            format: configuration.format,
            tracer: tracing?.tracer(),
            logger: logger
        )
        logger.info("inventory started", metadata: ["brokers": kafka.bootstrapServers])
        try await ServiceRun.run(
            tracing.map { [$0, inventory] } ?? [inventory],
            signals: signals,
            patience: configuration.shutdownTimeout,
            logger: logger
        )
    }
}
