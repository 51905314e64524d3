internal import CRdkafka
internal import Dispatch
internal import Glibc
internal import Synchronization

/// One librdkafka producer with its delivery thread.
///
/// It lives until everything that was handed to it has been answered.
///
/// Sendable because what changes is behind locks, and librdkafka's handles may be used from any thread.
final class ProducerClient: @unchecked Sendable {
    enum Limits {
        /// How long the delivery thread sleeps when nothing happens.
        ///
        /// Stopping wakes it.
        static let pollTimeout = Duration.seconds(1)
        /// Largest message that is sent at all.
        static let messageBytes = 16 * 1024 * 1024
        /// Largest batch.
        static let batchBytes = 128 * 1024
        /// Between purges, while stopping waits for the last answers.
        static let purgeInterval = Duration.milliseconds(20)
    }

    /// What a client tells the ``Producer`` that it belongs to, on its delivery thread.
    struct Reports: Sendable {
        /// Is called with the work of resuming everyone that a delivery report answers.
        let handOver: @Sendable (() -> Void) -> Void
        /// It can publish no more.
        var failed: @Sendable (ProducerClient, KafkaError) -> Void = { _, _ in }
        /// A message of a batch that was too large for its topic, which may be taken alone.
        ///
        /// `nil` when each is sent alone anyway.
        var tooLarge: (@Sendable (Outbox.Addressee, ProducerMessage, Outbox.Instant) -> Void)?
        let refusals: Refusals
    }

    private struct Sending {
        var outbox: Outbox
        var topics: [String: Topic] = [:]
    }

    private struct Topic {
        /// Kept for as long as the client; a `rd_kafka_topic_t`.
        let handle: UInt
        /// How many partitions it has, for all that is known.
        var partitions: Int32 = 1
        /// The lane of each partition, as far as there is one.
        var lanes: [Int] = []
    }

    private let client: Client
    private let queue: OpaquePointer
    private let embeddedBroker: EmbeddedBroker?
    private let sending: Mutex<Sending>
    private let partitioner: Partitioner
    private let reports: Reports
    private let ended = Mutex(Ending.running)

    private enum Ending {
        case running
        case awaited([CheckedContinuation<Void, Never>])
        case ended
    }

    init(
        _ configuration: ClientConfiguration,
        _ options: ProducerOptions,
        reports: Reports
    ) throws(KafkaError) {
        let conf = try ClientConf(
            configuration,
            defaults: Self.defaults(options, isEachAlone: reports.tooLarge == nil)
        )
        conf.deliverEvents(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        conf.noteThrottling()
        client = try conf.makeClient(RD_KAFKA_PRODUCER, log: configuration.log)
        queue = rd_kafka_queue_get_main(client.raw)
        embeddedBroker = configuration.embeddedBroker
        partitioner = Partitioner(configuration)
        let outbox = Outbox(
            timeout: options.deliveryTimeout,
            patience: options.patience,
            mostMessages: configuration.mostMessages
        )
        sending = Mutex(Sending(outbox: outbox))
        self.reports = reports
    }

    deinit {
        for topic in sending.withLock({ $0.topics.values }) {
            rd_kafka_topic_destroy(OpaquePointer(bitPattern: topic.handle))
        }
        rd_kafka_queue_destroy(queue)
    }

    private static func defaults(
        _ options: ProducerOptions,
        isEachAlone: Bool
    ) -> [KafkaProperty] {
        let linger = Double(options.linger.components.attoseconds) / 1e15
        return [
            KafkaProperty("enable.idempotence", "true"),
            KafkaProperty("acks", "all"),
            // With several, an error of one that the others overtook ends the producer
            // (OUT_OF_ORDER_SEQUENCE_NUMBER); and while one is under way, what comes gathers to a
            // larger batch.
            KafkaProperty("max.in.flight.requests.per.connection", "1"),
            KafkaProperty("linger.ms", "\(linger)"),
            // As Java's and aiokafka's producers place keys, so that the events of an order are in one
            // partition whoever publishes them; librdkafka's own default is CRC-32.
            KafkaProperty("partitioner", "murmur2_random"),
            KafkaProperty("batch.size", "\(min(Limits.batchBytes, options.largestBatch))"),
            KafkaProperty("batch.num.messages", isEachAlone ? "1" : "10000"),
            // Python's clients read no lz4, snappy or zstd without extras, and gzip costs some 15 µs of
            // processor time a message.
            KafkaProperty("compression.type", "none"),
            // What a topic takes is the broker's to say: the dead letters' takes more than others.
            KafkaProperty("message.max.bytes", "\(Limits.messageBytes)"),
            KafkaProperty("queue.buffering.max.kbytes", "\(2 * Outbox.Limits.bytes / 1024)"),
            // Never: see Outbox.
            KafkaProperty("message.timeout.ms", "0"),
            // Within this time added partitions are used.
            KafkaProperty("topic.metadata.refresh.interval.ms", "5000"),
            // After so long a request is sent again, under the same sequence numbers.
            KafkaProperty("request.timeout.ms", "5000"),
        ]
    }

    /// The number of messages whose outcome is not known yet.
    var outstanding: Int { sending.withLock { $0.outbox.count } }

    /// Where something was sent that the broker has not acknowledged, and since when.
    var oldestUnacknowledged: (place: TopicPartition, since: Outbox.Instant)? {
        sending.withLock { $0.outbox.oldestUnacknowledged }
    }

    /// When the broker last took a message.
    var lastAcknowledgement: Outbox.Instant? { sending.withLock { $0.outbox.lastAcknowledgement } }

    // MARK: Publishing

    /// Publishes a message; its addressee is told exactly once, whatever happens.
    ///
    /// - Parameter came: When it was first asked for.
    func produce(
        _ message: ProducerMessage,
        _ addressee: Outbox.Addressee,
        came: Outbox.Instant = .now
    ) {
        let (admission, topic) = sending.withLock { sending in
            let (lane, topic) = lane(for: message, &sending)
            let admission = sending.outbox.admit(
                addressee,
                message,
                lane: lane,
                came: came,
                now: .now
            )
            return (admission, topic)
        }
        switch admission {
        case .passed(let number): handOver(message, number, topic)
        case .held: break
        case .refused(let error): Outbox.answer(addressee, .failure(error))?.resume()
        }
    }

    /// The lane of the partition that a message will go to, as far as can be told: it only decides
    /// what waits for what.
    private func lane(
        for message: borrowing ProducerMessage,
        _ sending: inout Sending
    ) -> (lane: Int, topic: UInt) {
        let name = message.topic
        var topic = sending.topics[name] ?? Topic(handle: makeTopic(name))
        let partition = max(0, message.partition ?? partitioner(message.key, topic.partitions))
        if topic.lanes.count <= partition {
            for number in topic.lanes.count...Int(partition) {
                let place = TopicPartition(topic: name, partition: Int32(number))
                topic.lanes.append(sending.outbox.addLane(place))
            }
            sending.topics[name] = topic
        }
        return (topic.lanes[Int(partition)], topic.handle)
    }

    private func makeTopic(_ name: String) -> UInt {
        UInt(bitPattern: rd_kafka_topic_new(client.raw, name, nil))
    }

    private func handOver(_ message: ProducerMessage, _ number: Int, _ topic: UInt) {
        embeddedBroker?.noteTraffic()
        let error = enqueue(message, number, topic)
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let outcome = Outbox.Outcome.failure(PublishError(notQueued: error, topic: message.topic))
        note(outcome, topic: message.topic)
        sending.withLock { $0.outbox.settle(number, outcome) }?.resume()
    }

    private func enqueue(
        _ message: ProducerMessage,
        _ number: Int,
        _ topic: UInt
    ) -> rd_kafka_resp_err_t {
        guard let topic = OpaquePointer(bitPattern: topic) else {
            return RD_KAFKA_RESP_ERR__INVALID_ARG
        }
        let headers = Self.headers(message.headers)
        let error = (message.value ?? []).withUnsafeBytes { value in
            (message.key ?? []).withUnsafeBytes { key in
                crdkafka_produce(
                    client.raw,
                    topic,
                    message.partition ?? RD_KAFKA_PARTITION_UA,
                    message.key == nil ? nil : key.baseAddress,
                    key.count,
                    message.value == nil ? nil : value.baseAddress,
                    value.count,
                    headers,
                    UnsafeMutableRawPointer(bitPattern: number)
                )
            }
        }
        if error != RD_KAFKA_RESP_ERR_NO_ERROR, let headers { rd_kafka_headers_destroy(headers) }
        return error
    }

    private static func headers(_ headers: KafkaHeaders) -> OpaquePointer? {
        guard headers.count > 0 else { return nil }
        let list = rd_kafka_headers_new(headers.count)
        headers.forEach { name, value in
            rd_kafka_header_add(
                list,
                name.baseAddress?.assumingMemoryBound(to: CChar.self),
                name.count,
                value?.baseAddress,
                value?.count ?? 0
            )
        }
        return list
    }

    // MARK: What the broker says of topics

    /// Asks a broker about topics; blocks.
    ///
    /// While none answers, nothing is begun with that could be withdrawn later.
    ///
    /// - Throws: ``KafkaError`` when no broker answers.
    func topics(_ names: [String], timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        do throws(KafkaError) {
            let topics = try client.topics(names, timeout: timeout)
            sending.withLock { sending in
                sending.outbox.isReachable = true
                for topic in topics {
                    let count = Int32(topic.partitions.count)
                    sending.topics[topic.name]?.partitions = max(1, count)
                }
            }
            // Lanes that were closed may be open now: that is for the delivery thread to see.
            rd_kafka_queue_yield(queue)
            return topics
        } catch {
            sending.withLock { $0.outbox.isReachable = false }
            throw error
        }
    }

    /// Asks the brokers that lead a topic's partitions for a trifle; blocks.
    func reachLeaders(of topic: TopicDescription, timeout: Duration) throws(KafkaError) {
        try client.reachLeaders(of: topic, timeout: timeout)
    }

    /// Asks a broker for the configuration of topics; blocks.
    func configuration(
        of topics: [String],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<TopicConfiguration, KafkaError>] {
        try AdminClient(sharing: client).configuration(of: topics, timeout: timeout)
    }

    /// For how long the broker delays its answers because of a quota; `nil` when it does not.
    var throttling: Duration? { client.log.throttling }

    // MARK: Deliveries

    /// Starts the thread that answers the waiters; it keeps this client alive until it ends.
    ///
    /// - Throws: ``KafkaError`` when there can be no more threads.
    func start() throws(KafkaError) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ProducerClient>.fromOpaque(argument).takeRetainedValue().serveDeliveries()
                return nil
            },
            context.toOpaque()
        )
        guard result == 0 else {
            context.release()
            throw KafkaError(
                RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE,
                "no thread for deliveries: \(String(cString: strerror(result)))"
            )
        }
        pthread_detach(thread)
    }

    private func serveDeliveries() {
        while true {
            var settled: [(number: Int, outcome: Outbox.Outcome)] = []
            let timeout = sleep
            if let event = rd_kafka_queue_poll(queue, timeout.wholeMilliseconds) {
                settled = serve(event)
                rd_kafka_event_destroy(event)
            }
            guard !turn(settled) else { break }
            // A message that was admitted before the stop may have come in after the last purge.
            if sending.withLock({ $0.outbox.isClosed }) { purge() }
        }
        let waiting = ended.withLock { ended -> [CheckedContinuation<Void, Never>] in
            defer { ended = .ended }
            if case .awaited(let waiting) = ended { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// For how long the delivery thread may sleep unless something happens.
    private var sleep: Duration {
        let now = Outbox.Instant.now
        let (isClosed, next) = sending.withLock { sending in
            let times = [sending.outbox.nextRelease(now: now), sending.outbox.nextExpiry]
            return (sending.outbox.isClosed, times.compactMap(\.self).min())
        }
        if isClosed { return Limits.purgeInterval }
        guard let next else { return Limits.pollTimeout }
        // librdkafka counts in milliseconds.
        return min(Limits.pollTimeout, max(.milliseconds(1), now.duration(to: next)))
    }

    /// Notes outcomes, hands over what has become free to go, and tells everyone whose wait is over:
    /// the lock is taken once, and the resuming is handed over in one piece.
    ///
    /// - Returns: Whether all is done and nothing more will come.
    private func turn(_ settled: [(number: Int, outcome: Outbox.Outcome)]) -> Bool {
        let now = Outbox.Instant.now
        var answers: [DeliveryAnswer] = []
        answers.reserveCapacity(settled.count)
        let (released, isDone) = sending.withLock { sending in
            for (number, outcome) in settled {
                if let answer = sending.outbox.settle(number, outcome, now: now) {
                    answers.append(answer)
                }
            }
            answers += sending.outbox.expire(now: now, whyUnacknowledged())
            let released = sending.outbox.release(now: now).map { number, message in
                (number, message, sending.topics[message.topic]?.handle ?? 0)
            }
            return (released, sending.outbox.isClosed && sending.outbox.count == 0)
        }
        for (number, message, topic) in released { handOver(message, number, topic) }
        if !answers.isEmpty {
            reports.handOver { for answer in answers { answer.resume() } }
        }
        return isDone
    }

    private func whyUnacknowledged() -> KafkaError {
        client.explained(KafkaError(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT))
    }

    private func serve(_ event: OpaquePointer) -> [(number: Int, outcome: Outbox.Outcome)] {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            return outcomes(event)
        case RD_KAFKA_EVENT_ERROR where rd_kafka_event_error_is_fatal(event) != 0:
            if let failure { reports.failed(self, failure) }
        default:
            break
        }
        return []
    }

    private func outcomes(_ event: OpaquePointer) -> [(number: Int, outcome: Outbox.Outcome)] {
        let count = rd_kafka_event_message_count(event)
        guard count > 0 else { return [] }
        let messages = [UnsafePointer<rd_kafka_message_t>?](unsafeUninitializedCapacity: count) {
            $1 = rd_kafka_event_message_array(event, $0.baseAddress, count)
        }
        var outcomes: [(number: Int, outcome: Outbox.Outcome)] = []
        outcomes.reserveCapacity(messages.count)
        for case .some(let message) in messages {
            let number = Int(bitPattern: message.pointee._private)
            let outcome = outcome(message)
            note(outcome, topic: Self.topic(of: message))
            if outcome == .failure(.messageTooLarge), let tooLarge = reports.tooLarge {
                // The broker's limit is about batches, which librdkafka does not split as Java's
                // producer does (KIP-126): this one may be small.
                guard let taken = sending.withLock({ $0.outbox.take(number) }),
                    let addressee = taken.addressee
                else { continue }
                tooLarge(addressee, ProducerMessage(message), taken.came)
            } else {
                outcomes.append((number, outcome))
            }
        }
        return outcomes
    }

    private func note(_ outcome: Outbox.Outcome, topic: @autoclosure () -> String) {
        switch outcome {
        case .success: reports.refusals.noteAcceptance(topic: topic())
        case .failure(.refused(let reason)): reports.refusals.note(reason, topic: topic())
        case .failure: break
        }
    }

    private func outcome(_ message: UnsafePointer<rd_kafka_message_t>) -> Outbox.Outcome {
        let error = message.pointee.err
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else {
            return .success(
                Acknowledgement(
                    partition: message.pointee.partition,
                    offset: message.pointee.offset
                )
            )
        }
        let status = rd_kafka_message_status(message)
        if status == RD_KAFKA_MSG_STATUS_NOT_PERSISTED, let failure, Self.followsFailure(error) {
            return .failure(PublishError(failure))
        }
        return .failure(PublishError(error, status: status, topic: Self.topic(of: message)))
    }

    /// Whether a message is only given up because the client has failed.
    private static func followsFailure(_ error: rd_kafka_resp_err_t) -> Bool {
        error == RD_KAFKA_RESP_ERR__FATAL || error == RD_KAFKA_RESP_ERR__PURGE_QUEUE
    }

    /// Why the client has failed for good.
    private var failure: KafkaError? {
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(client.raw, &reason, reason.count)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(fatal: code, text(reason))
    }

    fileprivate static func topic(of message: UnsafePointer<rd_kafka_message_t>) -> String {
        message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
    }

    // MARK: Stopping

    /// Takes no more messages, gives up what is outstanding, has it answered, and ends the thread.
    ///
    /// - Parameter reason: What those are told whose messages librdkafka has not seen.
    func stop(because reason: PublishError = .closed) {
        for answer in sending.withLock({ $0.outbox.close(because: reason) }) { answer.resume() }
        purge()
        rd_kafka_queue_yield(queue)
    }

    private func purge() {
        rd_kafka_purge(client.raw, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    }

    /// Waits until the thread has ended.
    func waitUntilEnded() async {
        await withCheckedContinuation { continuation in
            let hasEnded = ended.withLock { ended in
                switch ended {
                case .running: ended = .awaited([continuation])
                case .awaited(let others): ended = .awaited(others + [continuation])
                case .ended: return true
                }
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Makes the client fail as it does on a fault it cannot recover from; for tests.
    func failFatally(_ code: rd_kafka_resp_err_t = RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER) {
        rd_kafka_test_fatal_error(client.raw, code, "test")
    }
}

extension ProducerMessage {
    /// What a delivery report is about.
    fileprivate init(_ message: UnsafePointer<rd_kafka_message_t>) {
        let found = message.pointee
        func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
            start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
        }
        self.init(
            topic: ProducerClient.topic(of: message),
            key: bytes(found.key, found.key_len),
            value: bytes(found.payload, found.len),
            headers: KafkaHeader.all(of: message),
            partition: found.partition
        )
    }
}

extension ClientConfiguration {
    /// What a user has said of the queue's length.
    fileprivate var mostMessages: Int {
        let said = properties.last { $0.name == "queue.buffering.max.messages" }
        return said.flatMap { Int($0.value) } ?? Outbox.Limits.messages
    }
}
