internal import ArgumentParser
internal import Kafka
internal import OrderGateway
internal import Orders

/// The command `order-gateway dead-letters`.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Lists, shows and redrives the records that could not be processed.",
        discussion: """
            A dead letter is named by the place of its original: topic/partition/offset.

            EXAMPLES
              order-gateway dead-letters list --kafka-brokers localhost:9092
              order-gateway dead-letters show order-events/2/1234 --kafka-brokers localhost:9092
              order-gateway dead-letters redrive --all --kafka-brokers localhost:9092
            """,
        subcommands: [
            DeadLettersListCommand.self, DeadLettersShowCommand.self,
            DeadLettersRedriveCommand.self,
        ]
    )

    /// How results are printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static func queue(
        _ shared: SharedOptions,
        _ flags: [Setting: [String]] = [:]
    ) async throws -> DeadLetterQueue {
        let configuration = try await shared.load(flags)
        let brokers = try configuration.requireKafkaBrokers()
        return DeadLetterQueue(
            configuration.client(brokers, "order-gateway-dead-letters"),
            registry: configuration.format.registry
        )
    }

    static func parse(_ text: String) throws -> DeadLetterID {
        guard let id = DeadLetterID(text) else {
            throw UsageError(
                description: "ID: '\(text)' is no dead letter's; give topic/partition/offset,"
                    + " such as order-events/2/1234"
            )
        }
        return id
    }
}

/// The command `order-gateway dead-letters list`.
struct DeadLettersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the dead letters, the oldest first.",
        discussion: """
            Columns, separated by tabs: id, time, state (dead or redriven), key, error. With
            --format json, an object a line.
            """
    )

    @Option(help: "text or json.") var format = DeadLettersCommand.Format.text
    @OptionGroup(title: "Shared") var shared: SharedOptions

    func run() async throws {
        try await Failure.reporting {
            let queue = try await DeadLettersCommand.queue(shared)
            try await queue.forEach { letter, isRedriven in
                switch format {
                case .text: Console.line(DeadLetterText.line(letter, isRedriven))
                case .json: Console.line(DeadLetterText.json(letter, isRedriven, whole: false))
                }
            }
        }
    }
}

/// The command `order-gateway dead-letters show`.
struct DeadLettersShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a dead letter with its headers and its original."
    )

    @Argument(help: "The dead letter, as 'list' names it.") var id: String
    @Option(help: "text or json.") var format = DeadLettersCommand.Format.text
    @OptionGroup(title: "Shared") var shared: SharedOptions

    func run() async throws {
        try await Failure.reporting {
            let id = try DeadLettersCommand.parse(id)
            var isFound = false
            try await DeadLettersCommand.queue(shared).forEach { letter, isRedriven in
                guard letter.id == id else { return }
                isFound = true
                switch format {
                case .text: Console.line(DeadLetterText.whole(letter, isRedriven))
                case .json: Console.line(DeadLetterText.json(letter, isRedriven, whole: true))
                }
            }
            if !isFound { throw NotFound(description: "there is no dead letter \(id)") }
        }
    }
}

/// The command `order-gateway dead-letters redrive`.
struct DeadLettersRedriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Publishes the originals of dead letters to their topics again.",
        discussion: """
            Each goes back with its key and its headers to the partition that it came
            from, and is marked, so that it is not redriven twice. One that still cannot
            be processed stays where it is, unless --force is given: it would only be
            buried again.

            Exits with 1 when one of those named is not back in its topic.
            """
    )

    @Argument(help: "The dead letters, as 'list' names them.") var ids: [String] = []
    @Flag(help: "All that have not been redriven.") var all = false
    @Flag(help: "Also those that still cannot be processed.") var force = false
    @OptionGroup(title: "Events") var currency: CurrencyOption
    @OptionGroup(title: "Shared") var shared: SharedOptions

    func run() async throws {
        try await Failure.reporting {
            guard all == ids.isEmpty else {
                throw UsageError(description: "redrive: give IDs, or --all, and not both")
            }
            let wanted = all ? nil : Set(try ids.map(DeadLettersCommand.parse))
            var failures = 0
            let missing = try await DeadLettersCommand.queue(shared, currency.flags).redrive(
                wanted,
                force: force
            ) { id, outcome in
                Console.line("\(id)\t\(DeadLetterText.outcome(outcome))")
                if !outcome.isDone { failures += 1 }
            }
            for id in missing.map(\.description).sorted() {
                Console.line("\(id)\tnot redriven: there is no such dead letter")
            }
            if failures > 0 || !missing.isEmpty { throw ExitCode.failure }
        }
    }
}

/// What was named does not exist.
struct NotFound: Error, CustomStringConvertible {
    let description: String
}

extension DeadLetterQueue.Outcome {
    /// Whether the original is back in its topic.
    fileprivate var isDone: Bool {
        switch self {
        case .redriven, .wasRedrivenBefore: true
        case .stillUnprocessable, .originalGone, .notPublished, .notMarked: false
        }
    }
}
