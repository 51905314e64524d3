internal import OrderGateway
internal import Orders
internal import ReadModel
internal import SQLiteStore
internal import Text
internal import OrderStreams

/// The command `order-gateway replay`.
enum ReplayCommand {
    static let command = Command(
        name: "replay",
        summary: "Rebuilds the read model from the topics and swaps it in.",
        details: """
            Reads the events of the stored read model again, into a new database beside it.
            Compares the two, and then replaces the stored one at once. Nothing is
            published. The gateway that uses the folder has to be stopped.

            Retention may have removed events of older orders. What came of them is kept
            from the stored read model, unless --discard-missing is given. Compacted topics
            are refused, because they keep only one event of an order.
            """,
        examples: """
            order-gateway replay --kafka-brokers localhost:9092 --data-dir /var/lib/order-gateway
            order-gateway replay --kafka-brokers localhost:9092 --verify
                Only compares; exits with 1 if an order differs.
            order-gateway replay --kafka-brokers localhost:9092 \\
              --from-timestamp 2026-11-01T00:00:00Z --dry-run
            """,
        options: [verify, dryRun, discardMissing, fromTimestamp],
        settings: [.dataDir, .eventCurrency] + SharedSettings.tools,
        run: run
    )

    private static let verify = Command.Option(
        name: "verify",
        value: .boolean(default: false),
        help: "Only compare: print the orders that differ, and exit with 1 if there are any."
    )
    private static let dryRun = Command.Option(
        name: "dry-run",
        value: .boolean(default: false),
        help: "Do everything but the swap."
    )
    private static let discardMissing = Command.Option(
        name: "discard-missing",
        value: .boolean(default: false),
        help: "Give up what the topics no longer tell of."
    )
    private static let fromTimestamp = Command.Option(
        name: "from-timestamp",
        value: .text(placeholder: "TIME"),
        help: "Only read events from this time on (RFC 3339); older orders are kept as stored."
    )

    private static func run(_ invocation: Invocation) async throws {
        let configuration = try invocation.configuration()
        let replay = Replay(
            try configuration.client("order-gateway-replay"),
            registry: configuration.format.registry
        ) {
            let folder = try DataFolder(
                configuration.dataDir ?? GatewayConfiguration.Defaults.dataDir,
                random: RandomSource(),
                clock: .system
            )
            return try SQLiteOrderStore(folder: folder.path, keeping: folder)
        }
        let options = try options(invocation)
        let verifies = invocation.isOn(verify)
        var bar = ReplayProgressBar()
        var lost: OutputError?
        func report(_ difference: ReplayDifference) {
            do { try Console.line(text(difference)) } catch { lost = error }
        }
        let summary = try await replay.run(
            options,
            warning: { Console.error("order-gateway: warning: \($0)") },
            progress: { bar.show($0) },
            difference: verifies ? report : nil
        )
        try Console.line(text(summary, seconds: bar.seconds))
        if let lost { throw lost }
        if verifies, summary.differing > 0 { throw ExitCode.failure }
    }

    private static func options(_ invocation: Invocation) throws(UsageError) -> ReplayOptions {
        var options = ReplayOptions()
        options.discardsMissing = invocation.isOn(discardMissing)
        options.swaps = !invocation.isOn(verify) && !invocation.isOn(dryRun)
        guard let text = invocation.text(fromTimestamp) else { return options }
        guard !options.discardsMissing else {
            throw UsageError(
                "--discard-missing: not with --from-timestamp, which reads but a part"
            )
        }
        guard let time = Timestamp(text) else {
            throw UsageError(
                "--from-timestamp: '\(text)' is not accepted: give a time of RFC 3339, such as"
                    + " 2026-11-23T12:00:00Z"
            )
        }
        options.from = time
        return options
    }

    // MARK: Output

    private static func text(_ difference: ReplayDifference) -> String {
        switch difference {
        case .onlyStored(let order): "\(order.id)\tonly stored\t\(view(order))"
        case .onlyReplayed(let order): "\(order.id)\tonly in the topics\t\(view(order))"
        case .changed(let stored, let replayed) where view(stored) == view(replayed):
            "\(stored.id)\tdiffers\tin its events alone\tstored \(trail(stored))"
                + "\treplayed \(trail(replayed))"
        case .changed(let stored, let replayed):
            "\(stored.id)\tdiffers\tstored \(view(stored))\treplayed \(view(replayed))"
        }
    }

    private static func view(_ order: Order) -> String {
        OrderView(order).map { String(decoding: $0.json, as: UTF8.self) }
            ?? "(its creation has not been seen)"
    }

    private static func trail(_ order: Order) -> String {
        OrderView.history(of: order).map { String(decoding: $0.json, as: UTF8.self) }
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
