extension Command {
    /// The program.
    static let orderGateway = Command(
        name: "order-gateway",
        summary:
            "Turns REST orders into Kafka events, and serves their status from what it consumes.",
        details: """
            A setting can be given by its flag, by the environment variable that help names
            beside it, or in a JSON file named by --config ({"http": {"port": 8080}}). The
            flag wins over the variable, and the variable wins over the file.

            EXIT CODES
              0   done, or stopped as asked
              1   not as it should be: see the command's help
              64  wrong usage or configuration
              69  a service or a port is not available
              70  anything else
              74  a file, a folder or standard output cannot be used
              75  stopped, but not within its time
              77  the broker does not allow it: a right is missing
            """,
        examples: """
            order-gateway dev
                Broker, inventory and gateway in one process: nothing else is needed.
            order-gateway serve --kafka-brokers localhost:9092 --data-dir /var/lib/order-gateway
                The gateway with a Redpanda or Kafka that runs already.
            order-gateway topics create --kafka-brokers localhost:9092
                The platform's topics, where they are absent.
            order-gateway dead-letters list --kafka-brokers localhost:9092
                The records that could not be processed.
            order-gateway lag --kafka-brokers localhost:9092
                How far each consumer group is behind.
            order-gateway status --watch
                Readiness, rates, latencies and lag of the gateway on this machine.
            order-gateway replay --kafka-brokers localhost:9092
                The read model, rebuilt from the topics.
            """,
        subcommands: [
            DevCommand.command, ServeCommand.command, InventoryCommand.command,
            StatusCommand.command, TopicsCommand.command, LagCommand.command,
            DeadLettersCommand.command,
            ReplayCommand.command,
            SchemaCommand.command, CompletionsCommand.command,
        ]
    )
}
