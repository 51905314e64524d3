internal import CRdkafka
internal import Dispatch
internal import Glibc
internal import Synchronization

/// One librdkafka producer with its delivery thread.
///
/// It lives until everything that was handed to it has been answered.
///
/// Sendable because what changes is behind locks or atomic, and librdkafka's handles may be used from
/// any thread.
final class ProducerClient: @unchecked Sendable {
    enum Limits {
        /// How long the delivery thread sleeps when nothing happens.
        ///
        /// Stopping wakes it.
        static let pollTimeout = Duration.seconds(1)
        /// Largest message that is sent at all.
        static let messageBytes = 16 * 1024 * 1024
        /// Between purges, while stopping waits for the last answers.
        static let purgeInterval = Duration.milliseconds(20)
        /// For how long messages go at once when one is alone, unless all are answered before: enough for
        /// a broker's thread to wake up in.
        static let flushTimeout = Duration.milliseconds(5)
    }

    private let client: Client
    private let queue: OpaquePointer
    /// Where messages that are alone are sent at once; `nil` when they are not.
    private let flushing: DispatchQueue?
    private let embeddedBroker: EmbeddedBroker?
    private let slots = Mutex(DeliverySlots())
    private let topics = Mutex<[String: UInt]>([:])
    private let handOver: @Sendable (() -> Void) -> Void
    private let onFatalError: @Sendable (ProducerClient, KafkaError) -> Void
    private let ended = Mutex(Ending.running)

    private enum Ending {
        case running
        case awaited([CheckedContinuation<Void, Never>])
        case ended
    }

    /// - Parameters:
    ///   - handOver: Called with the work of resuming everyone a delivery report answers.
    ///   - onFatalError: Called on the delivery thread when this client can publish no more.
    init(
        _ configuration: ClientConfiguration,
        deliveryTimeout: Duration,
        linger: Linger,
        handOver: @escaping @Sendable (() -> Void) -> Void,
        onFatalError: @escaping @Sendable (ProducerClient, KafkaError) -> Void
    ) throws(KafkaError) {
        let conf = try ClientConf(
            configuration,
            defaults: Self.defaults(deliveryTimeout, linger.duration)
        )
        conf.deliverEvents(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        client = try conf.makeClient(RD_KAFKA_PRODUCER, log: configuration.log)
        queue = rd_kafka_queue_get_main(client.raw)
        flushing =
            linger.sparesLoneMessages(configuration) ? DispatchQueue(label: "kafka-flush") : nil
        embeddedBroker = configuration.embeddedBroker
        self.handOver = handOver
        self.onFatalError = onFatalError
    }

    deinit {
        for topic in topics.withLock({ $0.values }) {
            rd_kafka_topic_destroy(OpaquePointer(bitPattern: topic))
        }
        rd_kafka_queue_destroy(queue)
    }

    private static func defaults(_ deliveryTimeout: Duration, _ linger: Duration)
        -> [KafkaProperty]
    {
        let timeout = max(1, deliveryTimeout.wholeMilliseconds)
        return [
            KafkaProperty("enable.idempotence", "true"),
            KafkaProperty("acks", "all"),
            // While a broker is busy with these, messages gather to larger batches: a request is
            // about one partition, and topics have three.
            KafkaProperty("max.in.flight.requests.per.connection", "3"),
            KafkaProperty("linger.ms", "\(linger.wholeMilliseconds)"),
            // As Java's and aiokafka's producers place keys, so that the events of an order are in one
            // partition whoever publishes them; librdkafka's own default is CRC-32.
            KafkaProperty("partitioner", "murmur2_random"),
            KafkaProperty("batch.size", "131072"),
            // Python's clients read no lz4, snappy or zstd without extras, and gzip costs some 15 µs of
            // processor time a message.
            KafkaProperty("compression.type", "none"),
            // What a topic takes is the broker's to say: the dead letters' takes more than others.
            KafkaProperty("message.max.bytes", "\(Limits.messageBytes)"),
            KafkaProperty("queue.buffering.max.kbytes", "65536"),
            KafkaProperty("delivery.timeout.ms", "\(timeout)"),
            KafkaProperty("request.timeout.ms", "\(min(timeout, 5000))"),
        ]
    }

    var outstanding: Int { slots.withLock { $0.count } }

    // MARK: Publishing

    /// Hands a message to librdkafka; the waiter is resumed exactly once, whatever happens.
    func produce(_ message: ProducerMessage, _ waiter: DeliverySlots.Waiter) {
        let (number, isAlone) = slots.withLock { ($0.insert(waiter), $0.isAlone) }
        guard let number else {
            waiter.resume(returning: .failure(.closed))
            return
        }
        produce(message, number)
        if isAlone { flush() }
    }

    /// Has sent at once what waits for others: librdkafka does that in no other way, and it blocks.
    private func flush() {
        flushing?.async { [client] in
            _ = rd_kafka_flush(client.raw, Limits.flushTimeout.wholeMilliseconds)
        }
    }

    /// The same of several messages, one at least: the waiter is resumed when all of them have their
    /// outcomes.
    func produce(_ messages: [ProducerMessage], _ waiter: DeliveryBatch.Waiter) {
        guard let numbers = slots.withLock({ $0.insert(messages.count, waiter) }) else {
            waiter.resume(returning: messages.map { _ in .failure(.closed) })
            return
        }
        for (message, number) in zip(messages, numbers) { produce(message, number) }
    }

    private func produce(_ message: ProducerMessage, _ number: Int) {
        embeddedBroker?.noteTraffic()
        let error = enqueue(message, number)
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        slots.withLock { $0.settle(number, .failure(PublishError(notQueued: error))) }?.resume()
    }

    private func enqueue(_ message: ProducerMessage, _ number: Int) -> rd_kafka_resp_err_t {
        guard let topic = topic(message.topic) else { return rd_kafka_last_error() }
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

    /// The handle of a topic, kept for as long as the client.
    private func topic(_ name: String) -> OpaquePointer? {
        topics.withLock { topics in
            if let topic = topics[name] { return OpaquePointer(bitPattern: topic) }
            guard let topic = rd_kafka_topic_new(client.raw, name, nil) else { return nil }
            topics[name] = UInt(bitPattern: topic)
            return topic
        }
    }

    func metadata(of topic: String, timeout: Duration) throws(KafkaError) -> [TopicDescription] {
        try client.metadata(of: topic, timeout: timeout)
    }

    // MARK: Deliveries

    /// Starts the thread that answers the waiters; it keeps this client alive until it ends.
    func start() {
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ProducerClient>.fromOpaque(argument).takeRetainedValue().serveDeliveries()
                return nil
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        precondition(result == 0, "no thread for deliveries: \(result)")
        pthread_detach(thread)
    }

    private func serveDeliveries() {
        var timeout = Limits.pollTimeout
        while true {
            if let event = rd_kafka_queue_poll(queue, timeout.wholeMilliseconds) {
                serve(event)
                rd_kafka_event_destroy(event)
            }
            let (isClosed, outstanding) = slots.withLock { ($0.isClosed, $0.count) }
            guard isClosed else { continue }
            if outstanding == 0 { break }
            // A message whose number was given out before the stop may have come in after the last
            // purge.
            purge()
            timeout = Limits.purgeInterval
        }
        let waiting = ended.withLock { ended -> [CheckedContinuation<Void, Never>] in
            defer { ended = .ended }
            if case .awaited(let waiting) = ended { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    private func serve(_ event: OpaquePointer) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            answer(event)
        case RD_KAFKA_EVENT_ERROR where rd_kafka_event_error_is_fatal(event) != 0:
            var reason = [CChar](repeating: 0, count: 512)
            let code = rd_kafka_fatal_error(client.raw, &reason, reason.count)
            onFatalError(self, KafkaError(code, text(reason)))
        default:
            break
        }
    }

    /// Resumes everyone whose message a delivery report is about: the lock is taken once, and the
    /// resuming is handed over in one piece.
    private func answer(_ event: OpaquePointer) {
        let count = rd_kafka_event_message_count(event)
        guard count > 0 else { return }
        let messages = [UnsafePointer<rd_kafka_message_t>?](unsafeUninitializedCapacity: count) {
            $1 = rd_kafka_event_message_array(event, $0.baseAddress, count)
        }
        var answers: [DeliveryAnswer] = []
        answers.reserveCapacity(messages.count)
        slots.withLock { slots in
            for case .some(let message) in messages {
                let number = Int(bitPattern: message.pointee._private)
                if let answer = slots.settle(number, Self.outcome(message)) {
                    answers.append(answer)
                }
            }
        }
        handOver {
            for answer in answers { answer.resume() }
        }
    }

    private static func outcome(_ message: UnsafePointer<rd_kafka_message_t>)
        -> DeliverySlots.Outcome
    {
        let error = message.pointee.err
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else {
            return .success(
                Acknowledgement(
                    partition: message.pointee.partition,
                    offset: message.pointee.offset
                )
            )
        }
        return .failure(PublishError(error, status: rd_kafka_message_status(message)))
    }

    // MARK: Stopping

    /// Takes no more messages, gives up what is outstanding, has it answered, and ends the thread.
    func stop() {
        slots.withLock { $0.close() }
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
    func failFatally() {
        rd_kafka_test_fatal_error(
            client.raw,
            RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
            "test"
        )
    }
}
