internal import Kafka
internal import OrderGateway
internal import OrderStreams

/// The command `order-gateway topics`.
enum TopicsCommand {
    static let command = Command(
        name: "topics",
        summary: "Makes or lists the platform's topics.",
        subcommands: [create, list]
    )

    private enum Limits {
        /// The time limit for a response of the broker.
        static let timeout = Duration.seconds(5)
    }

    private static func client(
        _ invocation: Invocation
    ) throws(ConfigurationError) -> ClientConfiguration {
        try invocation.configuration().client("order-gateway-topics")
    }

    private static let create = Command(
        name: "create",
        summary: "Makes the topics that are absent; leaves the others as they are.",
        details: """
            Warns of existing topics that are compacted: they lose events. Exits with 77
            when a right is missing; the other topics are made all the same.
            """,
        examples: "order-gateway topics create --kafka-brokers localhost:9092",
        settings: SharedSettings.tools
    ) { invocation in
        let admin = try AdminClient(try client(invocation))
        var isForbidden = false
        var present: [String] = []
        for specification in EventTopics.specifications {
            var made: [TopicCreation] = []
            do throws(KafkaError) {
                made = try admin.createTopics([specification], timeout: Limits.timeout)
            } catch {
                guard error.isAuthorization else { throw error }
                Console.error("order-gateway: \(error)")
                isForbidden = true
            }
            present += made.filter { !$0.isNew }.map(\.name)
            for topic in made {
                try Console.line("\(topic.name)\t\(topic.isNew ? "created" : "exists")")
            }
        }
        try warnOfCompaction(of: present, admin)
        if isForbidden { throw ExitCode.forbidden }
    }

    /// Warns about compacted topics, if the broker returns their configuration.
    private static func warnOfCompaction(
        of topics: [String],
        _ admin: AdminClient
    ) throws(KafkaError) {
        let found = try admin.compaction(of: topics, timeout: Limits.timeout)
        for topic in found.compacted {
            Console.error(
                "order-gateway: warning: topic \(topic) is compacted, so events are lost: set"
                    + " cleanup.policy=delete on it"
            )
        }
        if let text = found.warning { Console.error("order-gateway: warning: \(text)") }
    }

    private static let list = Command(
        name: "list",
        summary: "Lists the broker's topics and their partitions.",
        details: """
            Lists the topics that may be described. The rights to read and to write include
            that. Exits with 77 if there is none and a right is missing.
            """,
        examples: "order-gateway topics list --kafka-brokers localhost:9092",
        settings: SharedSettings.tools
    ) { invocation in
        let admin = try AdminClient(try client(invocation))
        // Names with this prefix belong to the broker's own topics, such as __consumer_offsets.
        let topics = try admin.listTopics(timeout: Limits.timeout)
            .filter { !$0.name.hasPrefix("__") }
        for topic in topics {
            let count = topic.partitions.count
            try Console.line("\(topic.name)\t\(count) partition\(count == 1 ? "" : "s")")
        }
        var isForbidden = false
        let absent = Set(EventTopics.specifications.map(\.name)).subtracting(topics.map(\.name))
        for name in absent.sorted() {
            let problem = try admin.problem(with: name, timeout: Limits.timeout)
            guard let problem, problem.isAuthorization else { continue }
            Console.error("order-gateway: \(problem)")
            isForbidden = true
        }
        if topics.isEmpty, isForbidden { throw ExitCode.forbidden }
    }
}
