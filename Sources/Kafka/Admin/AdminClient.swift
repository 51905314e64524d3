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

    private let client: Client

    /// - Throws: ``KafkaError`` naming the property that cannot be used.
    package init(_ configuration: ClientConfiguration) throws(KafkaError) {
        let conf = try ClientConf(configuration, defaults: [])
        client = try conf.makeClient(RD_KAFKA_PRODUCER, log: configuration.log)
    }

    /// All topics, by name.
    package func listTopics(timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        try client.allTopics(timeout: timeout).sorted { $0.name < $1.name }
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
                throw KafkaError(
                    error,
                    "topic \(topic.name): \(String(cString: rd_kafka_err2str(error)))"
                )
            }
        }
        return made
    }

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
        rd_kafka_NewTopic_set_config(new, "retention.ms", retention)
        if let bytes = topic.maximumMessageBytes {
            rd_kafka_NewTopic_set_config(new, "max.message.bytes", "\(bytes)")
        }

        let queue = rd_kafka_queue_new(client.raw)
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(client.raw, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_request_timeout(options, timeout.wholeMilliseconds, nil, 0)
        rd_kafka_CreateTopics(client.raw, &new, 1, options, queue)
        // The request has its own timeout; this is only a little longer.
        guard let event = rd_kafka_queue_poll(queue, timeout.wholeMilliseconds + 1000) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        defer { rd_kafka_event_destroy(event) }
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(error, String(cString: rd_kafka_event_error_string(event)))
        }
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(event),
            let topics = rd_kafka_CreateTopics_result_topics(result, &count), count == 1
        else { throw KafkaError(RD_KAFKA_RESP_ERR__BAD_MSG) }
        return rd_kafka_topic_result_error(topics[0])
    }
}
