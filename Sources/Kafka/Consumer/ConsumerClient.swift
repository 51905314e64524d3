internal import CRdkafka

/// The shared part of all consumers: a librdkafka consumer and its queue.
///
/// Not thread-safe: a consumer belongs to one task.
final class ConsumerClient {
    enum Limits {
        /// The time for a broker to accept the last commits and the end of the membership.
        ///
        /// Without a limit, librdkafka waits for as long as the broker is unavailable.
        static let closeTimeout = Duration.seconds(5)
        /// The close timeout when the process stops while brokers cannot be reached.
        static let closeTimeoutWhenGivenUp = Duration.milliseconds(300)
        /// The time after which the group reassigns the partitions of a dead member: the least
        /// value that brokers allow by default (`group.min.session.timeout.ms`).
        static let session = Duration.seconds(6)
        /// The longest time for which a broker waits for more records.
        static let fetchWait = Duration.milliseconds(10)
        /// The limit of records that wait to be polled.
        static let prefetchKiB = 32 * 1024
        /// The interval between checks whether the close is complete.
        static let closeInterval = Duration.milliseconds(20)
        /// The time without expected records after which the client wakes the broker's thread.
        static let stall = Duration.milliseconds(5)
        /// The timeout of the wake-up request, whose answer is not needed.
        static let wakeTimeout = Duration.milliseconds(1)
        /// The time for which librdkafka stops fetching a partition after its queue was full.
        ///
        /// The default of one second would delay a consumer that empties the queue. With 0,
        /// librdkafka's thread spins.
        static let queueBackoff = Duration.milliseconds(5)
        /// The first version of librdkafka with this property.
        static let queueBackoffVersion = LibraryVersion(2, 2, 0)
    }

    let client: Client
    private let groupID: String
    private let queue: OpaquePointer
    private let traffic: (any TrafficListener)?
    private let observer: (any KafkaObserver)?
    let now: ClientConfiguration.Now
    private var isClosed = false
    /// A partition from which a poll returned the maximum number of records.
    ///
    /// More records are expected until the partition's end is reported or its broker was woken.
    private var behind: TopicPartition?
    /// The handles and names of topics.
    ///
    /// librdkafka keeps a handle for as long as the topic is consumed.
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
            // The consumer must handle a gap as an error, and not skip it.
            KafkaProperty("auto.offset.reset", "error"),
            KafkaProperty("enable.partition.eof", "true"),
            // A broker answers at once when it has so many bytes, and otherwise after the wait
            // time. With a minimum of one byte, each published batch causes one response per
            // consumer, thousands a second. An idle consumer sends a new request after each empty
            // response.
            KafkaProperty("fetch.min.bytes", "65536"),
            KafkaProperty("fetch.wait.max.ms", "\(fetchWait.wholeMilliseconds)"),
            // A consumer that skips unreadable data tries one offset after another.
            KafkaProperty("fetch.error.backoff.ms", "50"),
            // The limit of prefetched records, in KiB for all partitions together.
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
        observer = configuration.observer
        now = configuration.now
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
        let start = now()
        while rd_kafka_consumer_closed(client.raw) == 0 {
            if let message = rd_kafka_consume_queue(rest, Limits.closeInterval.wholeMilliseconds) {
                rd_kafka_message_destroy(message)
            }
            let limit = client.isGivenUp ? Limits.closeTimeoutWhenGivenUp : Limits.closeTimeout
            if now() >= start + limit {
                // Destroying the client would wait as long again. Keep it until the process ends.
                _ = Unmanaged.passRetained(client)
                return
            }
        }
    }

    /// Waits for a first record and returns it with all others that are available.
    ///
    /// A batch call with a timeout would wait until the batch is full.
    func poll(maximumRecords: Int, timeout: Duration) throws(KafkaError) -> Fetch {
        try fetch(
            first(timeout, waking: behind) { rd_kafka_consumer_poll(client.raw, $0) },
            andRestOf: queue,
            maximumRecords
        )
    }

    /// Polls one partition that has more records, and whose records do not go to the consumer's
    /// queue.
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

    /// Runs `body`.
    ///
    /// Cancelling its task ends the current or next poll that waits, and all questions.
    func endingPollsWhenCancelled<Value>(
        _ body: () async throws -> Value,
        isolation: isolated (any Actor)? = #isolation
    ) async rethrows -> Value {
        // Any thread may use the queue (rdkafka.h). The queue exists as long as this consumer.
        nonisolated(unsafe) let queue = queue
        return try await withTaskCancellationHandler {
            try await body()
        } onCancel: { [client, traffic] in
            // A resting broker would delay the end of the consumer.
            traffic?.noteTraffic()
            client.questions.giveUp()
            rd_kafka_queue_yield(queue)
        }
    }

    /// A function that ends the current or next poll that waits; not to be called after the end of
    /// this consumer.
    var interruption: @Sendable () -> Void {
        // Any thread may use the queue (rdkafka.h).
        nonisolated(unsafe) let queue = queue
        return { rd_kafka_queue_yield(queue) }
    }

    /// Waits for a first record.
    ///
    /// A broker's thread that found the queue full sleeps for a second. Emptying the queue does not
    /// wake the thread (librdkafka issue 2879), but a request does.
    ///
    /// - Parameter partition: A partition with more records, if any is known.
    private func first(
        _ timeout: Duration,
        waking partition: TopicPartition?,
        _ take: (Int32) -> UnsafeMutablePointer<rd_kafka_message_t>?
    ) -> UnsafeMutablePointer<rd_kafka_message_t>? {
        guard let partition, timeout > Limits.stall else {
            return take(timeout.wholeMilliseconds)
        }
        if let message = take(Limits.stall.wholeMilliseconds) { return message }
        // A cancellation ends one wait only, and has ended the one above.
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
        if let observer {
            for run in fetch.runs { observer.received(run.records.count, of: run.partition) }
        }
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
            // To continue would silently skip records.
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

    /// Returns the error behind `_FATAL` (`rd_kafka_fatal_error`), after which nothing more is
    /// consumed.
    private func fatalError() -> KafkaError {
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(client.raw, &text, text.count)
        return KafkaError(code, Kafka.text(text))
    }

    private func partition(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> TopicPartition {
        TopicPartition(topic: topic(message), partition: message.pointee.partition)
    }

    /// Returns the name of a message's topic.
    ///
    /// The name is created once per topic.
    private func topic(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> String {
        guard let handle = message.pointee.rkt else { return "" }
        for known in topics where known.handle == handle { return known.name }
        let name = String(cString: rd_kafka_topic_name(handle))
        topics.append((handle, name))
        return name
    }

    /// Fetches a partition again from an offset, in the background.
    ///
    /// librdkafka then reports the end of the partition again, which it otherwise does only once.
    func refetch(_ partition: TopicPartition, from offset: Int64) {
        guard let topic = rd_kafka_topic_new(client.raw, partition.topic, nil) else { return }
        defer { rd_kafka_topic_destroy(topic) }
        rd_kafka_seek(topic, partition.partition, offset, 0)
    }

    /// Returns the end of a partition according to the latest fetch response, including records of
    /// open transactions, which are not visible yet.
    ///
    /// `nil` before the first response.
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

    /// Commits without waiting for the broker; ``close()`` waits for pending commits.
    func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        let list = PartitionList(offsets)
        let error = rd_kafka_commit(client.raw, list.raw, 1)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(error) }
    }
}
