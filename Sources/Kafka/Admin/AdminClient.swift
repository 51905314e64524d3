internal import CRdkafka

/// Makes and lists topics.
///
/// Blocks: call it off the event loops.
package struct AdminClient: Sendable {
    private enum Replication {
        /// "As the broker is configured" (KIP-464).
        static let brokerDefault: Int32 = -1
        /// For brokers that do not know that.
        static let single: Int32 = 1
    }

    let client: Client

    /// - Throws: ``KafkaError`` naming the property that cannot be used.
    package init(_ configuration: ClientConfiguration) throws(KafkaError) {
        let conf = try ClientConf(configuration, defaults: [])
        client = try conf.makeClient(RD_KAFKA_PRODUCER, configuration)
    }

    /// One that has a connection already.
    init(sharing client: Client) {
        self.client = client
    }

    /// All topics, by name.
    package func listTopics(timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        try client.allTopics(timeout: timeout).sorted { $0.name < $1.name }
    }

    /// A way to make topics: see ``createTopics(_:timeout:)``.
    package typealias CreateTopics =
        @Sendable (_ topics: [TopicSpecification], _ timeout: Duration) throws(KafkaError) ->
        [TopicCreation]

    /// Makes topics with a client for each time: the threads of one that is kept would wake up for as
    /// long as the process runs.
    package static func creatingTopics(_ configuration: ClientConfiguration) -> CreateTopics {
        { topics, timeout throws(KafkaError) in
            try AdminClient(configuration).createTopics(topics, timeout: timeout)
        }
    }

    /// Makes the topics that are absent.
    ///
    /// The others are left as they are, and nobody needs the right to make them.
    ///
    /// - Throws: The first ``KafkaError``; topics before it have been made.
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

    /// Why a topic could not be made, in words: a right that is missing is named.
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

    /// Makes a topic as its specification says, and as events need it whatever the broker's defaults
    /// are: records are removed by their age only, never because of a later one or of their size.
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
