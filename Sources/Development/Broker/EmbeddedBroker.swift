internal import CRdkafka
package import Kafka
internal import Synchronization

/// A broker in this process: librdkafka's mock cluster, which speaks Kafka's protocol over TCP on
/// 127.0.0.1, to this process and to others.
///
/// It keeps everything in memory, at most 5 MiB a partition, and forgets it at the end. That is some
/// 6,000 orders, and one record that is larger stands alone. What is compressed counts as such: with
/// `compression.type=gzip` there are some 30,000.
///
/// It rests when those of its clients that tell it (``ClientConfiguration/traffic``) have
/// neither published nor received anything for a while: empty fetches every 10 ms would take 4 % of a
/// core. While it rests, every answer is held back, which other processes notice; it wakes before one
/// of those clients publishes, and after one has received a record, and then sends at once what it
/// held back.
package final class EmbeddedBroker: TrafficListener {
    private enum Limits {
        static let brokers: Int32 = 1
        /// The only broker's number.
        static let brokerID: Int32 = 1
        /// How long it stays quiet before the broker rests: longer than groups take to form.
        static let patience = Duration.seconds(5)
        /// For how long answers are held back by a broker that rests.
        static let restingRoundTrip = Duration.milliseconds(100)
    }

    /// Where clients begin: `host:port`.
    package let bootstrapServers: String

    /// Properties that its clients need.
    ///
    /// An empty fetch sleeps for all of `fetch.wait.max.ms` here, even when a record arrives.
    ///
    /// Its requests are dear and each is about one partition, so that with one in flight the three
    /// partitions of orders would wait for each other; it loses no connection that it is not told to.
    package let clientProperties = [
        KafkaProperty("fetch.wait.max.ms", "10"),
        KafkaProperty("max.in.flight.requests.per.connection", "3"),
    ]

    private let cluster: Mutex<MockCluster?>
    private let rest: BrokerRest

    /// - Throws: ``KafkaError`` when it cannot start, such as for want of descriptors.
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

    /// Makes the topics that are absent.
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

    /// Ends it; nobody's connection outlasts that.
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

    /// Breaks or mends the connections to the broker; records survive.
    ///
    /// Its port is free for a moment when it breaks: librdkafka ends the process if somebody has it
    /// then, such as a child process that has been forked and not yet begun its program.
    package func setReachable(_ isReachable: Bool) {
        withCluster {
            if isReachable {
                rd_kafka_mock_broker_set_up($0, Limits.brokerID)
            } else {
                rd_kafka_mock_broker_set_down($0, Limits.brokerID)
            }
        }
    }

    /// Delays every answer.
    package func setRoundTripTime(_ time: Duration) {
        withCluster { rd_kafka_mock_broker_set_rtt($0, Limits.brokerID, time.wholeMilliseconds) }
    }

    /// Makes the next produce requests fail with these codes; nothing is appended for them.
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
