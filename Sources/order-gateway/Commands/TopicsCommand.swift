internal import Kafka
internal import OrderGateway

/// The command `order-gateway topics`.
enum TopicsCommand {
    static let command = Command(
        name: "topics",
        summary: "Makes or lists the platform's topics.",
        subcommands: [create, list]
    )

    private enum Limits {
        /// For the broker to answer; long enough for one that is just starting.
        static let timeout = Duration.seconds(15)
    }

    private static func client(
        _ invocation: Invocation
    ) throws(ConfigurationError) -> ClientConfiguration {
        try invocation.configuration().client("order-gateway-topics")
    }

    private static let create = Command(
        name: "create",
        summary: "Makes the topics that are absent; leaves the others as they are.",
        examples: "order-gateway topics create --kafka-brokers localhost:9092",
        settings: SharedSettings.tools
    ) { invocation in
        let broker = ExternalBroker(try client(invocation))
        let made = try broker.createTopics(EventTopics.specifications, timeout: Limits.timeout)
        for topic in made {
            Console.line("\(topic.name)\t\(topic.isNew ? "created" : "exists")")
        }
    }

    private static let list = Command(
        name: "list",
        summary: "Lists the broker's topics and their partitions.",
        examples: "order-gateway topics list --kafka-brokers localhost:9092",
        settings: SharedSettings.tools
    ) { invocation in
        let admin = try AdminClient(try client(invocation))
        let topics = try admin.listTopics(timeout: Limits.timeout)
        // Names that begin so are the broker's own, such as __consumer_offsets.
        for topic in topics where !topic.name.hasPrefix("__") {
            let count = topic.partitions.count
            Console.line("\(topic.name)\t\(count) partition\(count == 1 ? "" : "s")")
        }
    }
}
