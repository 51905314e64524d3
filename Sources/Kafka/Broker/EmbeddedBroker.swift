internal import CRdkafka
internal import Dispatch
internal import Synchronization

/// A broker in this process: librdkafka's mock cluster, which speaks Kafka's protocol over TCP on
/// 127.0.0.1, to this process and to others.
///
/// It keeps everything in memory, at most 5 MiB a partition, and forgets it at the end. That is some
/// 6,000 orders, and one record that is larger stands alone. What is compressed counts as such: with
/// `compression.type=gzip` there are some 30,000.
///
/// It rests when those of its clients that know it (``ClientConfiguration/embeddedBroker``) have
/// neither published nor received anything for a while: empty fetches every 10 ms would take 4 % of a
/// core. While it rests, every answer is held back, which other processes notice; it wakes before one
/// of those clients publishes, and after one has received a record, and then sends at once what it
/// held back.
package final class EmbeddedBroker: Broker {
    private enum Limits {
        static let brokers: Int32 = 1
        /// The only broker's number.
        static let brokerID: Int32 = 1
        /// How long it stays quiet before the broker rests: longer than groups take to form.
        static let patience = Duration.seconds(5)
        /// For how long answers are held back by a broker that rests.
        static let restingRoundTrip = Duration.milliseconds(100)
    }

    package let bootstrapServers: String

    /// An empty fetch sleeps for all of `fetch.wait.max.ms` here, even when a record arrives.
    ///
    /// Its requests are dear and each is about one partition, so that with one in flight the three
    /// partitions of orders would wait for each other; it loses no connection that it is not told to.
    package let clientProperties = [
        KafkaProperty("fetch.wait.max.ms", "10"),
        KafkaProperty("max.in.flight.requests.per.connection", "3"),
    ]

    private let cluster: Mutex<Cluster?>
    private let rest: BrokerRest

    /// - Throws: ``KafkaError`` when it cannot start, such as for want of descriptors.
    package convenience init(topics: [TopicSpecification] = []) throws(KafkaError) {
        try self.init(topics: topics, patience: Limits.patience)
    }

    init(topics: [TopicSpecification], patience: Duration) throws(KafkaError) {
        rest = BrokerRest(patience: patience)
        let configuration = ClientConfiguration(bootstrapServers: "", clientID: "embedded-broker")
        let conf = try ClientConf(configuration, defaults: [])
        let client = try conf.makeClient(RD_KAFKA_PRODUCER, configuration)
        guard let raw = rd_kafka_mock_cluster_new(client.raw, Limits.brokers) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "the embedded broker could not be started")
        }
        let cluster = Cluster(adopting: raw, client: client)
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(raw))
        self.cluster = Mutex(cluster)
        _ = try createTopics(topics, timeout: .zero)
    }

    package func createTopics(
        _ topics: [TopicSpecification],
        timeout: Duration
    ) throws(KafkaError) -> [TopicCreation] {
        try cluster.withLock { cluster throws(KafkaError) in
            guard let cluster else { throw KafkaError(RD_KAFKA_RESP_ERR__DESTROY) }
            var made: [TopicCreation] = []
            for topic in topics { made.append(try cluster.create(topic)) }
            return made
        }
    }

    package func stop() {
        cluster.withLock { $0 = nil }
    }

    // MARK: Resting

    var isResting: Bool { rest.isResting }

    /// A client of this process is about to publish, or has received records.
    func noteTraffic() {
        rest.noteTraffic { setRoundTripTime(.zero) }
    }

    /// A consumer of this process has waited in vain.
    func noteQuiet() {
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

/// Owns a `rd_kafka_mock_cluster_t` and the client that it needs.
///
/// Sendable because the mock cluster hands every call to its own thread.
private final class Cluster: @unchecked Sendable {
    let raw: OpaquePointer
    private let client: Client
    private var topics: Set<String> = []

    init(adopting raw: OpaquePointer, client: Client) {
        self.raw = raw
        self.client = client
    }

    private enum Limits {
        static let destruction = DispatchTimeInterval.milliseconds(200)
    }

    /// Waits for the broker's threads, but not for long: now and then one of them sleeps on for a second
    /// before it notices (librdkafka 2.0.2).
    deinit {
        let address = UInt(bitPattern: raw)
        Destruction.wait(for: Limits.destruction) { [client] in
            rd_kafka_mock_cluster_destroy(OpaquePointer(bitPattern: address))
            // Only then its client, which is freed with the last reference to it.
            withExtendedLifetime(client) {}
        }
    }

    func create(_ topic: TopicSpecification) throws(KafkaError) -> TopicCreation {
        guard topics.insert(topic.name).inserted else {
            return TopicCreation(name: topic.name, isNew: false)
        }
        let error = rd_kafka_mock_topic_create(raw, topic.name, topic.partitions, 1)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS
        else { throw KafkaError(error, "topic \(topic.name)") }
        return TopicCreation(name: topic.name, isNew: error == RD_KAFKA_RESP_ERR_NO_ERROR)
    }
}
