internal import ArgumentParser

/// The command line.
@main
struct OrderGatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order-gateway",
        abstract:
            "Turns REST orders into Kafka events, and serves their status from what it consumes.",
        discussion: """
            EXAMPLES
              order-gateway dev
                  Broker, inventory and gateway in one process: nothing else is needed.
              order-gateway serve --kafka-brokers localhost:9092 --data-dir /var/lib/order-gateway
                  The gateway against a Redpanda or Kafka that is there already.
              order-gateway topics create --kafka-brokers localhost:9092
                  The platform's topics, where they are absent.
              order-gateway dead-letters list --kafka-brokers localhost:9092
                  The records that could not be processed.
              order-gateway replay --kafka-brokers localhost:9092
                  The read model, made again from the topics.

            Every flag can also be given by the environment (HTTP_PORT for --http-port) or
            in a JSON file named by --config ({"http": {"port": 8080}}). Flags come first,
            then the environment, then the file.

            EXIT CODES
              0 done, or stopped as asked      1 not as it should be: see the command's help
              64 wrong usage or configuration  69 a service or port is not available
              74 the data folder cannot be used  70 anything else
            """,
        subcommands: [
            DevCommand.self, ServeCommand.self, InventoryCommand.self, TopicsCommand.self,
            DeadLettersCommand.self, ReplayCommand.self, SchemaCommand.self,
        ]
    )
}
