internal import Kafka
internal import OrderGateway
internal import Orders
internal import OrderStreams

/// The command `order-gateway dead-letters`.
enum DeadLettersCommand {
    static let command = Command(
        name: "dead-letters",
        summary: "Lists, shows and redrives the records that could not be processed.",
        details: """
            The name of a dead letter is the place of its original: topic/partition/offset.
            If another service wrote it without that place, its name is its own place in
            dead-letter-queue.
            """,
        examples: """
            order-gateway dead-letters list --kafka-brokers localhost:9092
            order-gateway dead-letters show order-events/2/1234 --kafka-brokers localhost:9092
            order-gateway dead-letters redrive --all --kafka-brokers localhost:9092
            """,
        subcommands: [list, show, redrive]
    )

    private static func queue(_ invocation: Invocation) throws -> DeadLetterQueue {
        let configuration = try invocation.configuration()
        return DeadLetterQueue(
            try configuration.client("order-gateway-dead-letters"),
            registry: configuration.format.registry
        )
    }

    private static func parse(_ text: String) throws(UsageError) -> DeadLetterID {
        guard let id = DeadLetterID(text) else {
            throw UsageError(
                "ID: '\(text)' is no dead letter's; give topic/partition/offset,"
                    + " such as order-events/2/1234"
            )
        }
        return id
    }

    // MARK: Commands

    private static let format = Command.Option(
        name: "format",
        value: .choice(["text", "json"]),
        help: "How results are printed."
    )

    private static let list = Command(
        name: "list",
        summary: "Lists the dead letters, the oldest first.",
        details: """
            Columns, separated by tabs: id, time, state (dead or redriven), key, error. With
            --format json, each line is an object.
            """,
        options: [format],
        settings: SharedSettings.tools
    ) { invocation in
        let isText = invocation.choice(format) == "text"
        try await queue(invocation).forEach { letter, isRedriven in
            try Console.line(
                isText
                    ? DeadLetterText.line(letter, isRedriven)
                    : DeadLetterText.json(letter, isRedriven, whole: false)
            )
        }
    }

    private static let show = Command(
        name: "show",
        summary: "Shows a dead letter with its headers and its original.",
        arguments: [.init(name: "ID", help: "The dead letter, as 'list' names it.")],
        options: [format],
        settings: SharedSettings.tools
    ) { invocation in
        let id = try parse(invocation.arguments[0])
        let isText = invocation.choice(format) == "text"
        var isFound = false
        try await queue(invocation).forEach { letter, isRedriven in
            guard letter.id == id else { return }
            isFound = true
            try Console.line(
                isText
                    ? DeadLetterText.whole(letter, isRedriven)
                    : DeadLetterText.json(letter, isRedriven, whole: true)
            )
        }
        if !isFound { throw NotFound(description: "there is no dead letter \(id)") }
    }

    private static let all = Command.Option(
        name: "all",
        value: .boolean(default: false),
        help: "All that have not been redriven."
    )
    private static let force = Command.Option(
        name: "force",
        value: .boolean(default: false),
        help: "Also those that still cannot be processed."
    )

    private static let redrive = Command(
        name: "redrive",
        summary: "Publishes the originals of dead letters to their topics again.",
        details: """
            Each goes back with its key and its headers to the partition that it came from,
            and is marked, so that it is not redriven twice. One that still cannot be
            processed stays where it is, unless --force is given, because it would become a
            dead letter again. One whose original's place is not known cannot be redriven.

            Exits with 1 if one of the named letters is not back in its topic.
            """,
        arguments: [.init(name: "ID", help: "Dead letters, as 'list' names them.", count: .any)],
        options: [all, force],
        settings: [.eventCurrency] + SharedSettings.tools
    ) { invocation in
        let ids = invocation.arguments
        let takesAll = invocation.isOn(all)
        guard takesAll == ids.isEmpty else {
            throw UsageError("redrive: give IDs, or --all, and not both")
        }
        let wanted = takesAll ? nil : Set(try ids.map(parse))
        var failures = 0
        // A failure of the output does not stop the work in progress.
        var lost: OutputError?
        func report(_ id: DeadLetterID, _ text: String) {
            do { try Console.line("\(id)\t\(text)") } catch { lost = error }
        }
        let missing = try await queue(invocation).redrive(
            wanted,
            force: invocation.isOn(force)
        ) { id, outcome in
            report(id, DeadLetterText.outcome(outcome, of: id))
            if !outcome.isDone { failures += 1 }
        }
        for id in missing.sorted(by: { "\($0)" < "\($1)" }) {
            report(id, "not redriven: there is no such dead letter")
        }
        if let lost { throw lost }
        if failures > 0 || !missing.isEmpty { throw ExitCode.failure }
    }
}

/// The dead letter that was named does not exist.
struct NotFound: Error, CustomStringConvertible {
    let description: String
}

extension DeadLetterQueue.Outcome {
    /// Whether the original is back in its topic.
    fileprivate var isDone: Bool {
        switch self {
        case .redriven, .wasRedrivenBefore: true
        case .stillUnprocessable, .originNotKnown, .originalGone, .originalUnreadable,
            .notPublished,
            .notMarked:
            false
        }
    }
}
