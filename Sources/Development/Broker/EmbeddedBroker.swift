internal import CRdkafka
package import Kafka
internal import Synchronization

/// A broker in this process: librdkafka's mock cluster, which speaks Kafka's protocol over TCP on
/// 127.0.0.1, to this process and others.
///
/// The broker keeps all data in memory, at most 5 MiB per partition, and loses it at the end. This
/// is enough for about 6,000 orders; a larger single record is kept alone. Compressed data counts
/// with its compressed size: with `compression.type=gzip` there is space for about 30,000 orders.
///
/// The broker rests when its reporting clients (``ClientConfiguration/traffic``) have neither
/// published nor received anything for a while. Empty fetches every 10 ms would otherwise use 4 %
/// of a core. While the broker rests, it delays every response, which other processes notice. It
/// wakes before a reporting client publishes, and after one has received a record. It then sends
/// the delayed responses at once.
package final class EmbeddedBroker: TrafficListener {
    private enum Limits {
        static let brokers: Int32 = 1
        /// The number of the only broker.
        static let brokerID: Int32 = 1
        /// The quiet period before the broker rests, which is longer than groups take to form.
        static let patience = Duration.seconds(5)
        /// The delay of responses while the broker rests.
        static let restingRoundTrip = Duration.milliseconds(100)
    }

    /// The address for clients: `host:port`.
    package let bootstrapServers: String

    /// The properties that clients of this broker need.
    ///
    /// An empty fetch here always takes the whole `fetch.wait.max.ms`, even when a record arrives.
    ///
    /// Requests to this broker are expensive, and each is about one partition. With one request in
    /// flight, the three order partitions would wait for each other. The broker loses no connection
    /// unless ``setReachable(_:)`` breaks it.
    package let clientProperties = [
        KafkaProperty("fetch.wait.max.ms", "10"),
        KafkaProperty("max.in.flight.requests.per.connection", "3"),
    ]

    private let cluster: Mutex<MockCluster?>
    private let rest: BrokerRest

    /// - Throws: ``KafkaError`` when the broker cannot start, for example without free file
    ///   descriptors.
    package convenience init(topics: [TopicSpecification] = []) throws(KafkaError) {
        try self.init(topics: topics, patience: Limits.patience)
    }

    init(topics: [TopicSpecification], patience: Duration) throws(KafkaError) {
        rest = BrokerRest(patience: patience)
        let cluster = try MockCluster(brokers: Limits.brokers)
        bootstrapServers = cluster.bootstrapServers
        self.cluster = Mutex(cluster)
        _ = try createTopics(topics, timeout: .zero)
    }

    /// Creates the topics that do not exist.
    package func createTopics(
        _ topics: [TopicSpecification],
        timeout: Duration
    ) throws(KafkaError) -> [TopicCreation] {
        try cluster.withLock { cluster throws(KafkaError) in
            guard let cluster else {
                throw KafkaError(code: RD_KAFKA_RESP_ERR__DESTROY.rawValue)
            }
            var made: [TopicCreation] = []
            for topic in topics { made.append(try cluster.create(topic)) }
            return made
        }
    }

    /// Stops the broker and closes all its connections.
    package func stop() {
        cluster.withLock { $0 = nil }
    }

    // MARK: Resting

    var isResting: Bool { rest.isResting }

    package func noteTraffic() {
        rest.noteTraffic { setRoundTripTime(.zero) }
    }

    package func noteQuiet() {
        rest.noteQuiet(now: .now) { setRoundTripTime(Limits.restingRoundTrip) }
    }

    // MARK: Faults, for tests

    /// Breaks or restores the connections to the broker; records survive.
    ///
    /// The broker's port is free for a moment during a break. librdkafka ends the process if
    /// another process takes the port then, such as a forked child process that has not started its
    /// program.
    package func setReachable(_ isReachable: Bool) {
        withCluster {
            if isReachable {
                rd_kafka_mock_broker_set_up($0, Limits.brokerID)
            } else {
                rd_kafka_mock_broker_set_down($0, Limits.brokerID)
            }
        }
    }

    /// Delays every response.
    package func setRoundTripTime(_ time: Duration) {
        withCluster { rd_kafka_mock_broker_set_rtt($0, Limits.brokerID, time.wholeMilliseconds) }
    }

    /// Makes the next produce requests fail with these codes, without appending their records.
    package func failProduceRequests(_ codes: [Int32]) {
        let produceKey: Int16 = 0
        let errors = codes.map { rd_kafka_resp_err_t($0) }
        withCluster {
            rd_kafka_mock_push_request_errors_array($0, produceKey, errors.count, errors)
        }
    }

    private func withCluster(_ body: (OpaquePointer) -> Void) {
        cluster.withLock { if let cluster = $0 { body(cluster.raw) } }
    }
}
