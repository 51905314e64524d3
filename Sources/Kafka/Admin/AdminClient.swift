internal import CRdkafka

/// Creates and lists topics.
///
/// The functions block: call them off the event loops.
package struct AdminClient: Sendable {
    private enum Replication {
        /// The default of the broker (KIP-464).
        static let brokerDefault: Int32 = -1
        /// The replication factor for brokers that do not support KIP-464.
        static let single: Int32 = 1
    }

    let client: Client

    /// - Throws: ``KafkaError`` with the name of the property that cannot be used.
    package init(_ configuration: ClientConfiguration) throws(KafkaError) {
        let conf = try ClientConf(configuration, defaults: [])
        client = try conf.makeClient(RD_KAFKA_PRODUCER, configuration)
    }

    /// Uses an existing client and its connections.
    init(sharing client: Client) {
        self.client = client
    }

    /// Returns all topics, sorted by name.
    package func listTopics(timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        try client.allTopics(timeout: timeout).sorted { $0.name < $1.name }
    }

    /// A function that creates topics: see ``createTopics(_:timeout:)``.
    package typealias CreateTopics =
        @Sendable (_ topics: [TopicSpecification], _ timeout: Duration) throws(KafkaError) ->
        [TopicCreation]

    /// Returns a function that creates topics with a new client for each call.
    ///
    /// The threads of a permanent client would wake up for as long as the process runs.
    package static func creatingTopics(_ configuration: ClientConfiguration) -> CreateTopics {
        { topics, timeout throws(KafkaError) in
            try AdminClient(configuration).createTopics(topics, timeout: timeout)
        }
    }

    /// Creates the topics that do not exist.
    ///
    /// Existing topics stay unchanged, and need no right to create topics.
    ///
    /// - Throws: The first ``KafkaError``. The topics before the failed one have been created.
    package func createTopics(
        _ topics: [TopicSpecification],
        timeout: Duration
    ) throws(KafkaError) -> [TopicCreation] {
        let present = Set(try client.allTopics(timeout: timeout).map(\.name))
        var made: [TopicCreation] = []
        for topic in topics {
            guard !present.contains(topic.name) else {
                made.append(TopicCreation(name: topic.name, isNew: false))
                continue
            }
            var error = try create(topic, replication: Replication.brokerDefault, timeout)
            if error == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR {
                error = try create(topic, replication: Replication.single, timeout)
            }
            switch error {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                made.append(TopicCreation(name: topic.name, isNew: true))
            case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
                made.append(TopicCreation(name: topic.name, isNew: false))
            default:
                throw try reason(why: error, forbids: topic.name, timeout)
            }
        }
        return made
    }

    /// Describes why a topic could not be created, and names a missing right.
    private func reason(
        why error: rd_kafka_resp_err_t,
        forbids topic: String,
        _ timeout: Duration
    ) throws(KafkaError) -> KafkaError {
        let reason = KafkaError(error)
        guard reason.isAuthorization else {
            return KafkaError(error, "topic \(topic): \(reason.message)")
        }
        let isHidden = try problem(with: topic, timeout: timeout)?.isAuthorization ?? false
        let rights = isHidden ? "the rights Describe and Create on it are" : "the right Create is"
        let state = isHidden ? "cannot be seen or made" : "does not exist and cannot be made"
        return KafkaError(
            error,
            "topic \(topic) \(state): \(rights) missing (Create may also be given on the cluster)"
        )
    }

    /// Creates a topic with the settings that events need, whatever the broker's defaults are.
    ///
    /// The broker removes records by age only, never because of a later record or the size of the
    /// log.
    private func create(
        _ topic: TopicSpecification,
        replication: Int32,
        _ timeout: Duration
    ) throws(KafkaError) -> rd_kafka_resp_err_t {
        var reason = [CChar](repeating: 0, count: 512)
        var new = rd_kafka_NewTopic_new(
            topic.name,
            topic.partitions,
            replication,
            &reason,
            reason.count
        )
        guard new != nil else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, text(reason)) }
        defer { rd_kafka_NewTopic_destroy(new) }
        let retention = "\(topic.retention.components.seconds * 1000)"
        rd_kafka_NewTopic_set_config(new, "cleanup.policy", "delete")
        rd_kafka_NewTopic_set_config(new, "retention.ms", retention)
        rd_kafka_NewTopic_set_config(new, "retention.bytes", "-1")
        if let bytes = topic.maximumMessageBytes {
            rd_kafka_NewTopic_set_config(new, "max.message.bytes", "\(bytes)")
        }

        let answer = try client.ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout: timeout) {
            rd_kafka_CreateTopics(client.raw, &new, 1, $0, $1)
        }
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(answer.raw),
            let topics = rd_kafka_CreateTopics_result_topics(result, &count), count == 1
        else { throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG) }
        return rd_kafka_topic_result_error(topics[0])
    }
}
