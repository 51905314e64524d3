internal import ArgumentParser
internal import OrderGateway
internal import Orders

/// Rebuilds the read model from the topics.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Rebuilds the read model from the topics and swaps it in.",
        discussion: """
            Reads what the stored read model has consumed once more, into a new database
            beside it, compares the two, and puts the new one in its place at once.
            Nothing is published. The gateway that uses the folder has to be stopped.

            Orders, and facts of orders, whose events retention has removed are kept from
            the stored read model, unless --discard-missing is given.

            EXAMPLES
              order-gateway replay --kafka-brokers localhost:9092 --data-dir /var/lib/order-gateway
              order-gateway replay --kafka-brokers localhost:9092 --verify
                  Only compares; exits with 1 when an order is stored otherwise.
              order-gateway replay --kafka-brokers localhost:9092 \\
                --from-timestamp 2026-11-01T00:00:00Z --dry-run
            """
    )

    @Flag(help: "Only compare: print the orders that differ, and exit with 1 if there are any.")
    var verify = false

    @Flag(help: "Do everything but the swap.")
    var dryRun = false

    @Flag(help: "Give up what the topics no longer tell of.")
    var discardMissing = false

    @Option(
        help: ArgumentHelp(
            "Only read events from this time on (RFC 3339); older orders are kept as stored.",
            valueName: "time"
        )
    )
    var fromTimestamp: String?

    @Option(help: ArgumentHelp("Folder of the read model.", valueName: "folder"))
    var dataDir: String?

    @OptionGroup(title: "Events") var currency: CurrencyOption
    @OptionGroup(title: "Shared") var shared: SharedOptions

    func run() async throws {
        try await Failure.reporting {
            let folder: [Setting: [String]] = dataDir.map { [.dataDir: [$0]] } ?? [:]
            let configuration = try await shared.load(currency.flags, folder)
            let replay = Replay(
                configuration.client(
                    try configuration.requireKafkaBrokers(),
                    "order-gateway-replay"
                ),
                folder: configuration.dataDir ?? GatewayConfiguration.Defaults.dataDir,
                registry: configuration.format.registry
            )
            let options = try options()
            var bar = ReplayProgressBar()
            let summary = try await replay.run(
                options,
                progress: { bar.show($0) },
                difference: verify ? { Console.line(Self.text($0)) } : nil
            )
            Console.line(Self.text(summary, seconds: bar.seconds))
            if verify, summary.differing > 0 { throw ExitCode.failure }
        }
    }

    private func options() throws -> ReplayOptions {
        var options = ReplayOptions()
        options.discardsMissing = discardMissing
        options.swaps = !verify && !dryRun
        guard let fromTimestamp else { return options }
        guard !discardMissing else {
            throw UsageError(
                description: "--discard-missing: not with --from-timestamp, which reads but a part"
            )
        }
        guard let time = Timestamp(fromTimestamp) else {
            throw UsageError(
                description: "--from-timestamp: '\(fromTimestamp)' is not accepted: give a time of"
                    + " RFC 3339, such as 2026-11-23T12:00:00Z"
            )
        }
        options.from = time
        return options
    }

    private static func text(_ difference: ReplayDifference) -> String {
        switch difference {
        case .onlyStored(let order): "\(order.id)\tonly stored\t\(view(order))"
        case .onlyReplayed(let order): "\(order.id)\tonly in the topics\t\(view(order))"
        case .changed(let stored, let replayed):
            "\(stored.id)\tdiffers\tstored \(view(stored))\treplayed \(view(replayed))"
        }
    }

    private static func view(_ order: Order) -> String {
        OrderView(order).map { String(decoding: $0.json, as: UTF8.self) }
            ?? "(its creation has not been seen)"
    }

    private static func text(_ summary: ReplaySummary, seconds: Double) -> String {
        let rate = Int(Double(summary.events) / max(seconds, 0.001))
        var lines = [
            "\(summary.events) events in \(ReplayProgressBar.text(seconds)) (\(rate)/s),"
                + " \(summary.orders) orders",
            "\(summary.kept) orders kept, in whole or in part, that the topics no longer tell of",
            "\(summary.differing) orders differ from what was stored",
        ]
        if summary.rejected > 0 {
            lines.append("\(summary.rejected) records passed over: they are no events")
        }
        lines.append(
            summary.hasSwapped
                ? "the rebuilt read model is in place" : "the stored read model is as it was"
        )
        return lines.joined(separator: "\n")
    }
}
