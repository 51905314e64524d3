internal import ArgumentParser
internal import Kafka
internal import Logging
internal import OrderGateway

/// Stands in for the inventory service.
struct InventoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Runs a stand-in for the inventory service.",
        discussion: """
            Answers every OrderCreated on order-events with InventoryReserved on
            inventory-events, or with InventoryReservationFailed (insufficient_stock) when
            a product id begins with out-of-stock, or when there are not enough pieces of
            it.

            EXAMPLE
              echo '{"p-1": 100, "p-2": 5}' > stock.json
              order-gateway inventory --kafka-brokers localhost:9092 --stock stock.json
            """
    )

    @Option(
        help: ArgumentHelp(
            "A JSON object of product ids and pieces; products not in it never run out.",
            valueName: "file"
        )
    )
    var stock: String?

    @OptionGroup(title: "Events") var events: EventOptions
    @OptionGroup(title: "Shared") var shared: SharedOptions

    func run() async throws {
        try await Failure.reporting {
            let configuration = try await shared.load(events.flags)
            let brokers = try configuration.requireKafkaBrokers()
            let stock =
                try stock.map { path throws(StockError) in try Stock(file: path) } ?? Stock()
            let logger = configuration.logger()
            let inventory = InventoryService(
                configuration: configuration.client(brokers, "inventory-service"),
                stock: stock,
                random: RandomSource(),
                clock: .system,
                format: configuration.format,
                logger: logger
            )
            logger.info("inventory started", metadata: ["brokers": "\(brokers)"])
            try await ServiceRun.run(
                [inventory],
                patience: configuration.shutdownTimeout,
                logger: logger
            )
        }
    }
}
