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
    private enum Limits {
        /// How long the delivery thread sleeps when nothing happens.
        ///
        /// Stopping wakes it.
        static let pollTimeout = Duration.seconds(1)
        /// Between purges, while stopping waits for the last answers.
        static let purgeInterval = Duration.milliseconds(20)
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
    private let traffic: (any TrafficListener)?
    private let sending: Mutex<Sending>
    private let partitioner: Partitioner
    private let reports: ProducerReports
    private let ended = Mutex(Ending.running)

    private enum Ending {
        case running
        case awaited([CheckedContinuation<Void, Never>])
        case ended
    }

    init(
        _ configuration: ClientConfiguration,
        _ options: ProducerOptions,
        reports: ProducerReports
    ) throws(KafkaError) {
        let conf = try ClientConf(
            configuration,
            defaults: options.properties(isEachAlone: reports.tooLarge == nil)
        )
        conf.deliverEvents(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        conf.noteThrottling()
        client = try conf.makeClient(RD_KAFKA_PRODUCER, configuration)
        queue = rd_kafka_queue_get_main(client.raw)
        traffic = configuration.traffic
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
        traffic?.noteTraffic()
        let error = client.produce(message, to: OpaquePointer(bitPattern: topic), number)
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let outcome = Outbox.Outcome.failure(PublishError(notQueued: error, topic: message.topic))
        note(outcome, topic: message.topic)
        sending.withLock { $0.outbox.settle(number, outcome) }?.resume()
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
            // What is given up says nothing of the broker.
            if !client.questions.areGivenUp { sending.withLock { $0.outbox.isReachable = false } }
            throw error
        }
    }

    /// Whether a question is being asked; for tests.
    var isAsking: Bool { client.questions.count > 0 }

    /// Waits for no question any more.
    func giveUpQuestions() { client.questions.giveUp() }

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

    /// For how long the broker has delayed an answer because of a quota; `nil` when it did not lately.
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
        var sleep = Duration.zero
        while true {
            var settled: [(number: Int, outcome: Outbox.Outcome)] = []
            if let event = rd_kafka_queue_poll(queue, sleep.wholeMilliseconds) {
                settled = serve(event)
                rd_kafka_event_destroy(event)
            }
            switch turn(settled) {
            case .sleep(let next): sleep = next
            case .purge:
                // A message that was admitted before the stop may have come in after the last one.
                purge()
                sleep = Limits.purgeInterval
            case .end: return end()
            }
        }
    }

    private func end() {
        let waiting = ended.withLock { ended -> [CheckedContinuation<Void, Never>] in
            defer { ended = .ended }
            if case .awaited(let waiting) = ended { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// What the delivery thread does next.
    private enum Step {
        /// Unless something happens before.
        case sleep(Duration)
        /// The client stops, and has messages yet.
        case purge
        case end
    }

    /// Notes outcomes, hands over what has become free to go, and tells everyone whose wait is over:
    /// the lock is taken once, and the resuming is handed over in one piece.
    private func turn(_ settled: [(number: Int, outcome: Outbox.Outcome)]) -> Step {
        let now = Outbox.Instant.now
        var answers: [DeliveryAnswer] = []
        answers.reserveCapacity(settled.count)
        let (released, step) = sending.withLock { sending in
            for (number, outcome) in settled {
                if let answer = sending.outbox.settle(number, outcome, now: now) {
                    answers.append(answer)
                }
            }
            answers += sending.outbox.expire(now: now, whyUnacknowledged())
            let released = sending.outbox.release(now: now).map { number, message in
                (number, message, sending.topics[message.topic]?.handle ?? 0)
            }
            return (released, Self.step(after: sending.outbox, now))
        }
        for (number, message, topic) in released { handOver(message, number, topic) }
        if !answers.isEmpty {
            reports.handOver { for answer in answers { answer.resume() } }
        }
        return step
    }

    private static func step(after outbox: Outbox, _ now: Outbox.Instant) -> Step {
        if outbox.isClosed { return outbox.count == 0 ? .end : .purge }
        let next = [outbox.nextRelease(now: now), outbox.nextExpiry].compactMap(\.self).min()
        guard let next else { return .sleep(Limits.pollTimeout) }
        // librdkafka counts in milliseconds.
        return .sleep(min(Limits.pollTimeout, max(.milliseconds(1), now.duration(to: next))))
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
            let report = DeliveryReport(message)
            let outcome = report.outcome(failure)
            note(outcome, topic: report.topic)
            if outcome == .failure(.messageTooLarge), let tooLarge = reports.tooLarge {
                // The broker's limit is about batches, which librdkafka does not split as Java's
                // producer does (KIP-126): this one may be small.
                guard let taken = sending.withLock({ $0.outbox.take(report.number) }),
                    let addressee = taken.addressee
                else { continue }
                tooLarge(addressee, report.message, taken.came)
            } else {
                outcomes.append((report.number, outcome))
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

    /// Why the client has failed for good.
    private var failure: KafkaError? {
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(client.raw, &reason, reason.count)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(fatal: code, text(reason))
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
