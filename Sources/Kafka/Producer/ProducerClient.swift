internal import CLinux
internal import CRdkafka
internal import Dispatch
internal import Glibc
internal import Synchronization

/// One librdkafka producer with its delivery thread.
///
/// The client lives until all its messages are answered.
///
/// Sendable because locks protect the mutable state, and any thread may use librdkafka's handles.
final class ProducerClient: @unchecked Sendable {
    private enum Limits {
        /// The longest sleep of the delivery thread without an event; stopping wakes the thread.
        static let pollTimeout = Duration.seconds(1)
        /// The interval of purges while the stopping client waits for the last answers.
        static let purgeInterval = Duration.milliseconds(20)
    }

    private struct Sending {
        var outbox: Outbox
        var topics: [String: Topic] = [:]
    }

    private struct Topic {
        /// A `rd_kafka_topic_t`, kept for as long as the client.
        let handle: UInt
        let observer: (any DeliveryObserver)?
        /// The number of partitions, as far as known.
        var partitions: Int32 = 1
        /// The lanes of the partitions, as far as they exist.
        var lanes: [Int] = []
    }

    private let client: Client
    private let queue: OpaquePointer
    private let traffic: (any TrafficListener)?
    private let observer: (any KafkaObserver)?
    private let now: ClientConfiguration.Now
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
            defaults: options.properties(isEachAlone: reports.tooLarge == nil),
            // The statistics are those of the client that sends almost all messages.
            servesQueue: reports.tooLarge != nil
        )
        conf.deliverEvents(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS)
        conf.noteThrottling()
        client = try conf.makeClient(RD_KAFKA_PRODUCER, configuration)
        queue = rd_kafka_queue_get_main(client.raw)
        traffic = configuration.traffic
        observer = configuration.observer
        now = configuration.now
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
    /// Their size in bytes.
    var outstandingBytes: Int { sending.withLock { $0.outbox.bytes } }

    /// The partition that has waited longest for an acknowledgement of a sent message, and since
    /// when.
    var oldestUnacknowledged: (place: TopicPartition, since: Outbox.Instant)? {
        sending.withLock { $0.outbox.oldestUnacknowledged }
    }

    /// The time when the broker last accepted a message.
    var lastAcknowledgement: Outbox.Instant? { sending.withLock { $0.outbox.lastAcknowledgement } }

    // MARK: Publishing

    /// Publishes a message; the addressee receives the outcome exactly once in all cases.
    ///
    /// - Parameter came: The time of the original request.
    func produce(
        _ message: ProducerMessage,
        _ addressee: Outbox.Addressee,
        came: Outbox.Instant? = nil
    ) {
        let now = now()
        let (admission, topic) = sending.withLock { sending in
            let (lane, topic) = lane(for: message, &sending)
            let admission = sending.outbox.admit(
                addressee,
                message,
                lane: lane,
                came: came ?? now,
                now: now
            )
            return (admission, topic)
        }
        switch admission {
        case .passed(let number): handOver(message, number, topic)
        case .held: break
        case .refused(let error): Outbox.answer(addressee, .failure(error))?.resume()
        }
    }

    /// Returns the lane of the predicted partition of a message.
    ///
    /// A wrong prediction only changes which messages wait for each other.
    private func lane(
        for message: borrowing ProducerMessage,
        _ sending: inout Sending
    ) -> (lane: Int, topic: UInt) {
        let name = message.topic
        var topic = sending.topics[name] ?? makeTopic(name)
        let partition = max(0, message.partition ?? partitioner(message, topic.partitions))
        if topic.lanes.count <= partition {
            for number in topic.lanes.count...Int(partition) {
                let place = TopicPartition(topic: name, partition: Int32(number))
                topic.lanes.append(
                    sending.outbox.addLane(place, topic: topic.handle, observer: topic.observer)
                )
            }
            sending.topics[name] = topic
        }
        return (topic.lanes[Int(partition)], topic.handle)
    }

    private func makeTopic(_ name: String) -> Topic {
        Topic(
            handle: UInt(bitPattern: rd_kafka_topic_new(client.raw, name, nil)),
            observer: observer?.deliveries(to: name)
        )
    }

    private func handOver(_ message: borrowing ProducerMessage, _ number: Int, _ topic: UInt) {
        traffic?.noteTraffic()
        let error = client.produce(message, to: OpaquePointer(bitPattern: topic), number)
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let outcome = Outbox.Outcome.failure(PublishError(notQueued: error, topic: message.topic))
        note(outcome, topic: message.topic)
        sending.withLock { $0.outbox.settle(number, outcome, now: now()) }?.resume()
    }

    // MARK: Topics

    /// Asks a broker about topics; blocks.
    ///
    /// While no broker answers, idle lanes do not start to send, so that messages can still be
    /// withdrawn.
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
            // Wake the delivery thread, because closed lanes may be open now.
            rd_kafka_queue_yield(queue)
            return topics
        } catch {
            // A question that was given up says nothing about the broker.
            if !client.questions.areGivenUp { sending.withLock { $0.outbox.isReachable = false } }
            throw error
        }
    }

    /// Whether a question is open; for tests.
    var isAsking: Bool { client.questions.count > 0 }

    /// Ends the wait for all questions.
    func giveUpQuestions() { client.questions.giveUp() }

    /// Sends a small request to each broker that leads a partition of a topic; blocks.
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

    /// The delay that a quota has added to a broker's answer; `nil` when no answer was delayed
    /// lately.
    var throttling: Duration? { client.log.throttling }

    // MARK: Deliveries

    /// Starts the thread that answers the waiters; the thread keeps this client alive until it
    /// ends.
    ///
    /// - Throws: ``KafkaError`` when the thread cannot be created.
    func start() throws(KafkaError) {
        let context = Unmanaged.passRetained(self)
        let result = clinux_start_thread(
            "deliveries",
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
    }

    private func serveDeliveries() {
        var sleep = Duration.zero
        var turn = Turn()
        while true {
            if let event = rd_kafka_queue_poll(queue, sleep.wholeMilliseconds) {
                serve(event, &turn)
                rd_kafka_event_destroy(event)
            }
            switch take(&turn) {
            case .sleep(let next): sleep = next
            case .purge:
                // A message that was admitted before the stop may have arrived after the last
                // purge.
                purge()
                sleep = Limits.purgeInterval
            case .end: return end()
            }
        }
    }

    /// What the delivery thread has learnt in one turn; kept for its memory.
    private struct Turn {
        var acknowledged: [Outbox.Acknowledged] = []
        var failed: [(number: Int, outcome: Outbox.Outcome)] = []
        var answers = DeliveryAnswers()
        var released: [Outbox.Released] = []
    }

    private func end() {
        let waiting = ended.withLock { ended -> [CheckedContinuation<Void, Never>] in
            defer { ended = .ended }
            if case .awaited(let waiting) = ended { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// The next step of the delivery thread.
    private enum Step {
        /// Sleep for this time, or until an event.
        case sleep(Duration)
        /// Purge again: the client stops, and still has messages.
        case purge
        case end
    }

    /// Notes outcomes, passes on messages that may go now, and resumes all waiters with an
    /// outcome.
    ///
    /// The function takes the lock once, and hands over all resumptions together.
    private func take(_ turn: inout Turn) -> Step {
        let now = now()
        let step = sending.withLock { sending in
            sending.outbox.settle(turn.acknowledged, now: now, &turn.answers)
            for (number, outcome) in turn.failed {
                if let answer = sending.outbox.settle(number, outcome, now: now) {
                    turn.answers.append(answer)
                }
            }
            turn.answers.append(sending.outbox.expire(now: now, whyUnacknowledged()))
            sending.outbox.release(now: now, &turn.released)
            return Self.step(after: sending.outbox, now)
        }
        turn.acknowledged.removeAll(keepingCapacity: true)
        turn.failed.removeAll()
        for released in turn.released {
            handOver(released.message, released.number, released.topic)
        }
        turn.released.removeAll(keepingCapacity: true)
        if !turn.answers.isEmpty { reports.handOver { turn.answers.resume() } }
        return step
    }

    private static func step(after outbox: Outbox, _ now: Outbox.Instant) -> Step {
        if outbox.isClosed { return outbox.count == 0 ? .end : .purge }
        guard let expiry = outbox.nextExpiry else { return .sleep(Limits.pollTimeout) }
        let next = min(outbox.nextRelease(now: now) ?? expiry, expiry)
        // librdkafka measures time in milliseconds.
        return .sleep(min(Limits.pollTimeout, max(.milliseconds(1), now.duration(to: next))))
    }

    private func whyUnacknowledged() -> KafkaError {
        client.explained(KafkaError(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT))
    }

    private func serve(_ event: OpaquePointer, _ turn: inout Turn) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            while let message = rd_kafka_event_message_next(event) {
                note(DeliveryReport(message), &turn)
            }
        case RD_KAFKA_EVENT_ERROR where rd_kafka_event_error_is_fatal(event) != 0:
            if let failure { reports.failed(self, failure) }
        case RD_KAFKA_EVENT_STATS:
            guard let json = rd_kafka_event_stats(event) else { break }
            observer?.statistics(UnsafeRawBufferPointer(start: json, count: strlen(json)))
        default:
            break
        }
    }

    private func note(_ report: DeliveryReport, _ turn: inout Turn) {
        if let place = report.place {
            reports.refusals.noteAcceptance(topic: report.topic)
            turn.acknowledged.append(Outbox.Acknowledged(number: report.number, place: place))
            return
        }
        let outcome = report.outcome(failure)
        note(outcome, topic: report.topic)
        guard outcome == .failure(.messageTooLarge), let tooLarge = reports.tooLarge else {
            turn.failed.append((report.number, outcome))
            return
        }
        // The broker limits the size of batches. Java's producer splits a batch that is too large
        // (KIP-126), but librdkafka does not. This message may be small.
        guard let taken = sending.withLock({ $0.outbox.take(report.number) }),
            let addressee = taken.addressee
        else { return }
        tooLarge(addressee, report.message, taken.came)
    }

    private func note(_ outcome: Outbox.Outcome, topic: @autoclosure () -> String) {
        switch outcome {
        case .success: reports.refusals.noteAcceptance(topic: topic())
        case .failure(.refused(let reason)): reports.refusals.note(reason, topic: topic())
        case .failure: break
        }
    }

    /// The reason why the client has failed for good; `nil` when it has not.
    private var failure: KafkaError? {
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(client.raw, &reason, reason.count)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(fatal: code, text(reason))
    }

    // MARK: Stopping

    /// Closes the client for new messages, gives up and answers the outstanding messages, and ends
    /// the thread.
    ///
    /// - Parameter reason: The error for messages that librdkafka has not seen.
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

    /// Makes the client fail as after an unrecoverable error; for tests.
    func failFatally(_ code: rd_kafka_resp_err_t = RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER) {
        rd_kafka_test_fatal_error(client.raw, code, "test")
    }
}
