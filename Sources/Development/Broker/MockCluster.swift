internal import CRdkafka
internal import Kafka

/// Owns a `rd_kafka_mock_cluster_t` and its client.
///
/// Sendable because the mock cluster passes every call to its own thread.
final class MockCluster: @unchecked Sendable {
    private enum Limits {
        static let destruction = Duration.milliseconds(200)
    }

    let raw: OpaquePointer
    let client: OpaquePointer
    private var topics: Set<String> = []

    /// - Throws: ``KafkaError`` when the cluster cannot start, for example without free file
    ///   descriptors.
    init(brokers: Int32) throws(KafkaError) {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "client.id", "embedded-broker", nil, 0)
        // The cluster's sockets take this over. With Nagle's algorithm, a response waits until the
        // client acknowledges the one before, up to 40 ms.
        rd_kafka_conf_set(configuration, "socket.nagle.disable", "true", nil, 0)
        // Discard the log, which goes to stderr by default. The clients of the broker report
        // errors.
        rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
            rd_kafka_conf_destroy(configuration)
            throw Self.notStarted
        }
        guard let raw = rd_kafka_mock_cluster_new(client, brokers) else {
            rd_kafka_destroy(client)
            throw Self.notStarted
        }
        self.client = client
        self.raw = raw
    }

    private static var notStarted: KafkaError {
        KafkaError(
            code: RD_KAFKA_RESP_ERR__FAIL.rawValue,
            "the embedded broker could not be started"
        )
    }

    /// Waits briefly for the broker's threads, one of which sometimes sleeps for a second before it
    /// notices the end (librdkafka 2.0.2).
    deinit {
        let (cluster, client) = (UInt(bitPattern: raw), UInt(bitPattern: client))
        Destruction.wait(for: Limits.destruction) {
            rd_kafka_mock_cluster_destroy(OpaquePointer(bitPattern: cluster))
            rd_kafka_destroy(OpaquePointer(bitPattern: client))
        }
    }

    var bootstrapServers: String { String(cString: rd_kafka_mock_cluster_bootstraps(raw)) }

    func create(_ topic: TopicSpecification) throws(KafkaError) -> TopicCreation {
        guard topics.insert(topic.name).inserted else {
            return TopicCreation(name: topic.name, isNew: false)
        }
        let error = rd_kafka_mock_topic_create(raw, topic.name, topic.partitions, 1)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS
        else { throw KafkaError(code: error.rawValue, "topic \(topic.name)") }
        return TopicCreation(name: topic.name, isNew: error == RD_KAFKA_RESP_ERR_NO_ERROR)
    }
}
