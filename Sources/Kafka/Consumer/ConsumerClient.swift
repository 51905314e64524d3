internal import CRdkafka

/// What both kinds of consumer have in common: a librdkafka consumer and its queue.
///
/// Not thread-safe: a consumer belongs to one task.
final class ConsumerClient {
    enum Limits {
        /// For a broker to take the last commits and to let a member go.
        ///
        /// Without a limit librdkafka waits for as long as the broker is away.
        static let closeTimeout = Duration.seconds(5)
        /// The same for who stops while brokers are known to be away.
        static let closeTimeoutWhenGivenUp = Duration.milliseconds(300)
        /// A member of a group that died hands its partitions on within this time: the least that
        /// brokers allow unless told otherwise (`group.min.session.timeout.ms`).
        static let session = Duration.seconds(6)
        /// Within this time records are had that are few.
        static let fetchWait = Duration.milliseconds(10)
        /// Records that wait to be polled.
        static let prefetchKiB = 32 * 1024
        /// Between looks at whether it is done.
        static let closeInterval = Duration.milliseconds(20)
        /// Without records, when there should be more: then their broker's thread is woken.
        static let stall = Duration.milliseconds(5)
        /// For the answer that nobody needs.
        static let wakeTimeout = Duration.milliseconds(1)
        /// For so long librdkafka leaves a partition alone whose queue it found full.
        ///
        /// Its own second would be waited for whoever empties the queue. With 0 its thread spins.
        static let queueBackoff = Duration.milliseconds(5)
        /// From which on that is a property.
        static let queueBackoffVersion = LibraryVersion(2, 2, 0)
    }

    let client: Client
    private let groupID: String
    private let queue: OpaquePointer
    private let traffic: (any TrafficListener)?
    private var isClosed = false
    /// One of which a poll took all that it might: there are more, until its end is told or its broker
    /// was woken.
    private var behind: TopicPartition?
    /// librdkafka keeps a topic's handle for as long as the topic is consumed.
    private var topics: [(handle: OpaquePointer, name: String)] = []

    init(
        _ configuration: ClientConfiguration,
        groupID: String,
        defaults: [KafkaProperty],
        fetchWait: Duration = Limits.fetchWait,
        rebalance: ClientContext.Rebalance? = nil
    ) throws(KafkaError) {
        let shared = [
            KafkaProperty("group.id", groupID),
            KafkaProperty("enable.auto.commit", "false"),
            KafkaProperty("enable.auto.offset.store", "false"),
            KafkaProperty("session.timeout.ms", "\(Limits.session.wholeMilliseconds)"),
            KafkaProperty("isolation.level", "read_committed"),
            KafkaProperty("check.crcs", "true"),
            // A hole is an error to be handled, not to be skipped.
            KafkaProperty("auto.offset.reset", "error"),
            KafkaProperty("enable.partition.eof", "true"),
            // A broker answers at once when there is so much, and after so long whatever there is: with
            // one byte, each batch that is published makes an answer for each consumer, of which there
            // were thousands a second. An idle consumer asks again each time it was told nothing.
            KafkaProperty("fetch.min.bytes", "65536"),
            KafkaProperty("fetch.wait.max.ms", "\(fetchWait.wholeMilliseconds)"),
            // Who passes over what cannot be read tries one offset after the other.
            KafkaProperty("fetch.error.backoff.ms", "50"),
            // Prefetched records, in KiB and all partitions together.
            KafkaProperty("queued.max.messages.kbytes", "\(Limits.prefetchKiB)"),
        ]
        let backoff = "\(Limits.queueBackoff.wholeMilliseconds)"
        let isKnown = LibraryVersion.loaded >= Limits.queueBackoffVersion
        let newer = isKnown ? [KafkaProperty("fetch.queue.backoff.ms", backoff)] : []
        self.groupID = groupID
        let conf = try ClientConf(configuration, defaults: shared + newer + defaults)
        client = try conf.makeClient(
            RD_KAFKA_CONSUMER,
            configuration,
            rebalance: rebalance
        )
        traffic = configuration.traffic
        rd_kafka_poll_set_consumer(client.raw)
        queue = rd_kafka_queue_get_consumer(client.raw)
    }

    deinit {
        close()
        rd_kafka_queue_destroy(queue)
    }

    /// Leaves the group, if any, and stops fetching; blocks.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        let rest = rd_kafka_queue_new(client.raw)
        defer { rd_kafka_queue_destroy(rest) }
        if let error = rd_kafka_consumer_close_queue(client.raw, rest) {
            rd_kafka_error_destroy(error)
            return
        }
        let start = ContinuousClock.now
        while rd_kafka_consumer_closed(client.raw) == 0 {
            if let message = rd_kafka_consume_queue(rest, Limits.closeInterval.wholeMilliseconds) {
                rd_kafka_message_destroy(message)
            }
            let limit = client.isGivenUp ? Limits.closeTimeoutWhenGivenUp : Limits.closeTimeout
            if ContinuousClock.now >= start + limit {
                // Destroying it would wait just as long: it is left to the end of the process.
                _ = Unmanaged.passRetained(client)
                return
            }
        }
    }

    /// Waits for a first record and takes what else is there already: a batch call with a timeout
    /// would wait until the batch is full.
    func poll(maximumRecords: Int, timeout: Duration) throws(KafkaError) -> Fetch {
        try fetch(
            first(timeout, waking: behind) { rd_kafka_consumer_poll(client.raw, $0) },
            andRestOf: queue,
            maximumRecords
        )
    }

    /// The same of one partition whose records do not go to the consumer's queue, and of which there
    /// are more.
    func poll(
        _ partition: PartitionQueue,
        maximumRecords: Int,
        timeout: Duration
    ) throws(KafkaError) -> Fetch {
        try fetch(
            first(timeout, waking: partition.partition) {
                rd_kafka_consume_queue(partition.raw, $0)
            },
            andRestOf: partition.raw,
            maximumRecords
        )
    }

    /// Runs `body`; once its task is cancelled, a poll that waits ends, or else the next one that would,
    /// and no question is waited for.
    func endingPollsWhenCancelled<Value>(
        _ body: () async throws -> Value,
        isolation: isolated (any Actor)? = #isolation
    ) async rethrows -> Value {
        // Safe from any thread (rdkafka.h), and there for as long as this consumer is.
        nonisolated(unsafe) let queue = queue
        return try await withTaskCancellationHandler {
            try await body()
        } onCancel: { [client, traffic] in
            // A broker that rests would take its time to let the consumer go.
            traffic?.noteTraffic()
            client.questions.giveUp()
            rd_kafka_queue_yield(queue)
        }
    }

    /// Waits for a first record.
    ///
    /// A broker's thread that found the queue full sleeps for a second, and emptying the queue does
    /// not wake it (librdkafka issue 2879). A request does.
    ///
    /// - Parameter partition: One of which there are more records, if any is known.
    private func first(
        _ timeout: Duration,
        waking partition: TopicPartition?,
        _ take: (Int32) -> UnsafeMutablePointer<rd_kafka_message_t>?
    ) -> UnsafeMutablePointer<rd_kafka_message_t>? {
        guard let partition, timeout > Limits.stall else {
            return take(timeout.wholeMilliseconds)
        }
        if let message = take(Limits.stall.wholeMilliseconds) { return message }
        // The end that a cancellation asks for was that of this wait.
        if Task.isCancelled { return nil }
        behind = nil
        _ = PartitionList([partition], at: Int64(RD_KAFKA_OFFSET_END))
            .lookUp(client.raw, timeout: Limits.wakeTimeout)
        return take(timeout.wholeMilliseconds)
    }

    private func fetch(
        _ first: UnsafeMutablePointer<rd_kafka_message_t>?,
        andRestOf queue: OpaquePointer,
        _ maximumRecords: Int
    ) throws(KafkaError) -> Fetch {
        var fetch = Fetch()
        guard let first else {
            traffic?.noteQuiet()
            return fetch
        }
        let rest = [UnsafeMutablePointer<rd_kafka_message_t>?](
            unsafeUninitializedCapacity: maximumRecords
        ) { messages, count in
            let taken = rd_kafka_consume_batch_queue(
                queue,
                0,
                messages.baseAddress,
                maximumRecords - 1
            )
            count = max(0, taken)
        }
        let memory = MessageMemory(of: client)
        memory.adopt(first)
        for case .some(let message) in rest { memory.adopt(message) }
        fetch.records.reserveCapacity(rest.count + 1)
        try add(first, memory, to: &fetch)
        for case .some(let message) in rest { try add(message, memory, to: &fetch) }
        fetch.noteOffsets()
        if !fetch.records.isEmpty { traffic?.noteTraffic() }
        if fetch.records.count == maximumRecords { behind = fetch.nextOffsets.keys.first }
        if let partition = behind, fetch.ends[partition] != nil { behind = nil }
        return fetch
    }

    private func add(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>,
        _ memory: MessageMemory,
        to fetch: inout Fetch
    ) throws(KafkaError) {
        let error = message.pointee.err
        switch error {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            fetch.records.append(FetchedRecord(message, topic: topic(message), in: memory))
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            fetch.ends[partition(message)] = message.pointee.offset
        case RD_KAFKA_RESP_ERR__FATAL:
            throw fatalError()
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            // Going on would pass over records in silence.
            let detail = rd_kafka_message_errstr(message).map { String(cString: $0) } ?? ""
            throw KafkaError(error, "\(partition(message)): \(detail)")
        default:
            fetch.troubles.append(trouble(message))
        }
    }

    private func trouble(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> ConsumerTrouble {
        let found = message.pointee
        let detail = rd_kafka_message_errstr(message).map { String(cString: $0) }
        return ConsumerTrouble(
            topic: found.rkt == nil ? nil : topic(message),
            partition: found.rkt == nil || found.partition < 0 ? nil : found.partition,
            offset: found.offset < 0 ? nil : found.offset,
            error: client.explained(KafkaError(found.err, detail)),
            group: found.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ? groupID : nil
        )
    }

    /// What `_FATAL` stands for (`rd_kafka_fatal_error`): nothing more is consumed after it.
    private func fatalError() -> KafkaError {
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(client.raw, &text, text.count)
        return KafkaError(code, Kafka.text(text))
    }

    private func partition(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> TopicPartition {
        TopicPartition(topic: topic(message), partition: message.pointee.partition)
    }

    /// The name of a message's topic; made once for each of the few topics.
    private func topic(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> String {
        guard let handle = message.pointee.rkt else { return "" }
        for known in topics where known.handle == handle { return known.name }
        let name = String(cString: rd_kafka_topic_name(handle))
        topics.append((handle, name))
        return name
    }

    /// Fetches a partition anew from an offset, in the background: what librdkafka has told once it does
    /// not tell again, and the end of a partition is told after this.
    func refetch(_ partition: TopicPartition, from offset: Int64) {
        guard let topic = rd_kafka_topic_new(client.raw, partition.topic, nil) else { return }
        defer { rd_kafka_topic_destroy(topic) }
        rd_kafka_seek(topic, partition.partition, offset, 0)
    }

    /// The end of a partition that the latest answer to a fetch told, records that are not yet to be
    /// seen included: those of transactions that are still open.
    ///
    /// `nil` before any answer.
    func knownEnd(of partition: TopicPartition) -> Int64? {
        var low: Int64 = 0
        var high: Int64 = 0
        let error = rd_kafka_get_watermark_offsets(
            client.raw,
            partition.topic,
            partition.partition,
            &low,
            &high
        )
        return error == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    /// Commits without waiting for the broker; closing waits for what is on its way.
    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        let list = PartitionList(offsets)
        let error = rd_kafka_commit(client.raw, list.raw, 1)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
    }
}
