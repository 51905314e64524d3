internal import ArgumentParser
internal import Kafka
internal import OrderGateway

/// The command `order-gateway topics`.
struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Makes or lists the platform's topics.",
        subcommands: [TopicsCreateCommand.self, TopicsListCommand.self]
    )

    enum Limits {
        /// For the broker to answer; long enough for one that is just starting.
        static let timeout = Duration.seconds(15)
    }
}

/// The command `order-gateway topics create`.
struct TopicsCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes the topics that are absent; leaves the others as they are."
    )

    @OptionGroup(title: "Shared") var shared: SharedOptions

    func run() async throws {
        try await Failure.reporting {
            let configuration = try await shared.load()
            let brokers = try configuration.requireKafkaBrokers()
            let broker = ExternalBroker(configuration.client(brokers, "order-gateway-topics"))
            let made = try broker.createTopics(
                EventTopics.specifications,
                timeout: TopicsCommand.Limits.timeout
            )
            for topic in made {
                Console.line("\(topic.name)\t\(topic.isNew ? "created" : "exists")")
            }
        }
    }
}

/// The command `order-gateway topics list`.
struct TopicsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the broker's topics and their partitions."
    )

    @OptionGroup(title: "Shared") var shared: SharedOptions

    func run() async throws {
        try await Failure.reporting {
            let configuration = try await shared.load()
            let brokers = try configuration.requireKafkaBrokers()
            let admin = try AdminClient(configuration.client(brokers, "order-gateway-topics"))
            let topics = try admin.listTopics(timeout: TopicsCommand.Limits.timeout)
            // Names that begin so are the broker's own, such as __consumer_offsets.
            for topic in topics where !topic.name.hasPrefix("__") {
                let count = topic.partitions.count
                Console.line("\(topic.name)\t\(count) partition\(count == 1 ? "" : "s")")
            }
        }
    }
}
