internal import Kafka
internal import Telemetry

/// Creates the topics that are absent at the first look at a broker.
///
/// If a topic disappears later, somebody has deleted it: it is not created again.
struct AbsentTopics {
    private let create: AdminClient.CreateTopics
    private let timeout: Duration
    private let logger: Logger
    /// The names of the topics that are still to be created; `nil` before the first look.
    private var waiting: Set<String>?
    /// For each absent topic, the reason of the last attempt why it could not be created.
    private var reasons: [String: KafkaError] = [:]

    /// - Parameter timeout: The time limit for the creation of one topic.
    init(create: @escaping AdminClient.CreateTopics, timeout: Duration, logger: Logger) {
        self.create = create
        self.timeout = timeout
        self.logger = logger
    }

    /// Whether ``make()`` has no topic to create.
    var isEmpty: Bool { waiting?.isEmpty != false }

    /// Returns the reason why a topic could not be created, if any.
    func reason(for name: String) -> KafkaError? { reasons[name] }

    /// Notes which topics exist; call it after each look.
    mutating func note(_ topics: [TopicDescription]) {
        let absent = Set(topics.filter { $0.error?.isUnknownTopic == true }.map(\.name))
        waiting = waiting?.intersection(absent) ?? absent
        reasons = reasons.filter { absent.contains($0.key) }
    }

    /// Tries to create each waiting topic once; blocks.
    ///
    /// A topic waits for the next attempt if there was no answer. It is given up if the broker
    /// refuses it.
    mutating func make() {
        let specifications = EventTopics.specifications.filter {
            waiting?.contains($0.name) == true
        }
        for (index, specification) in specifications.enumerated() {
            do throws(KafkaError) {
                for topic in try create([specification], timeout) where topic.isNew {
                    logger.info("topic created", metadata: ["topic": "\(topic.name)"])
                }
                reasons[specification.name] = nil
            } catch {
                logger.warning(
                    "topic not created: make it with order-gateway topics create",
                    metadata: ["topic": "\(specification.name)", "error": "\(error)"]
                )
                if error.isConnectionError {
                    // Without an answer, the requests for the other topics would time out too.
                    for rest in specifications[index...] { reasons[rest.name] = error }
                    return
                }
                reasons[specification.name] = error
            }
            waiting?.remove(specification.name)
        }
    }
}
