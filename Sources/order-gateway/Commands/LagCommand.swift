internal import Kafka
internal import OrderGateway
internal import Text

/// The command `order-gateway lag`.
enum LagCommand {
    static let command = Command(
        name: "lag",
        summary: "Shows how far consumer groups are behind.",
        details: """
            For each partition: the offset that the group has committed, the end of the
            partition, and the difference, which is the lag in records. Without GROUP, all
            groups that may be seen: the right Describe on the cluster shows all of them,
            the right Describe on a group shows that group. No other rights are needed, but
            for Describe on the topics.

            Exits with 1 if there is no such group, with 77 if a right is missing.
            """,
        examples: """
            order-gateway lag --kafka-brokers localhost:9092
            order-gateway lag order-service --watch --kafka-brokers localhost:9092
            order-gateway lag --format json --kafka-brokers localhost:9092
            """,
        arguments: [.init(name: "GROUP", help: "Consumer groups; all without one.", count: .any)],
        options: [format, Watch.flag, Watch.interval],
        settings: SharedSettings.tools,
        run: run
    )

    private static let format = Command.Option(
        name: "format",
        value: .choice(["text", "json"]),
        help: "How results are printed; json has a line for each group."
    )

    private enum Limits {
        /// The time limit for a response of the broker.
        static let timeout = Duration.seconds(5)
    }

    private static func run(_ invocation: Invocation) async throws {
        let client = try invocation.configuration().client("order-gateway-lag")
        let groups = invocation.arguments.isEmpty ? nil : invocation.arguments.unique
        let isText = invocation.choice(format) == "text"
        try await Watch(invocation, isText: isText).run {
            // A new client for each look: librdkafka 2.0.2 ends the process when it asks about a
            // group whose coordinator was connected before and is not any more.
            let lags = try AdminClient(client).lags(of: groups, timeout: Limits.timeout)
            let now = WallClock.system.now()
            return Watch.Frame(
                text: lags.groups.map { isText ? LagText.text($0) : LagText.json($0, at: now) }
                    .joined(separator: isText ? "\n\n" : "\n"),
                problems: problems(lags, isListed: groups == nil),
                exit: exitCode(lags)
            )
        }
    }

    private static func problems(_ lags: GroupLags, isListed: Bool) -> [String] {
        var problems = lags.absent.map { "there is no consumer group \($0)" }
        problems += lags.problems.map { isListed ? "groups may be missing: \($0)" : "\($0)" }
        if isListed, lags.groups.isEmpty, lags.problems.isEmpty {
            problems.append(
                "there is no consumer group that may be seen; the right Describe on the cluster"
                    + " shows all"
            )
        }
        return problems
    }

    private static func exitCode(_ lags: GroupLags) -> ExitCode? {
        if lags.problems.contains(where: \.isAuthorization) { return .forbidden }
        return lags.absent.isEmpty && lags.problems.isEmpty ? nil : .failure
    }
}

extension [String] {
    /// The elements without repetitions, in their order.
    fileprivate var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
