internal import Kafka
internal import OrderStreams
internal import Telemetry

/// Asks the brokers for the ends of the consumed partitions at intervals, for the lag.
///
/// The consumers do not know the ends while they stand still. It has a client of its own, so that its
/// questions wait behind no message and no fetch.
struct TopicEnds: Service {
    enum Limits {
        /// The time between two questions.
        static let interval = Duration.seconds(1)
        /// The time limit of a question.
        static let timeout = Duration.seconds(2)
    }

    let name = "topic ends"

    private let configuration: ClientConfiguration
    private let topics: [String]
    private let lag: LagMetrics
    private let interval: Duration
    private let logger: Logger

    init(
        _ configuration: ClientConfiguration,
        topics: [String],
        lag: LagMetrics,
        interval: Duration = Limits.interval,
        logger: Logger
    ) {
        self.configuration = configuration
        self.topics = topics
        self.lag = lag
        self.interval = interval
        self.logger = logger
    }

    func run() async throws {
        try await withTaskExecutorPreference(BlockingExecutor(name: name)) {
            let client = try AdminClient(configuration)
            try await withTaskCancellationHandler {
                while true {
                    ask(client)
                    try await Task.sleep(for: interval)
                }
            } onCancel: {
                client.giveUpQuestions()
            }
        }
    }

    private func ask(_ client: AdminClient) {
        do throws(KafkaError) {
            lag.note(try client.ends(of: topics, timeout: Limits.timeout))
        } catch {
            // Readiness names the reason. The last ends stay.
            logger.debug("the ends of topics are not known", metadata: ["error": "\(error)"])
        }
    }
}
