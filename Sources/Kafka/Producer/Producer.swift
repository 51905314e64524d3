internal import Dispatch
internal import Synchronization

/// Publishes messages with acknowledgement by all in-sync replicas, each at most once (`acks=all`,
/// idempotent: KIP-98).
package final class Producer: Sendable {
    package enum Limits {
        /// The interval of checks in ``flush(timeout:)``.
        static let flushInterval = Duration.milliseconds(5)
        /// The least time between two new clients after failures.
        static let renewalInterval = Duration.seconds(3)
        /// The interval of checks whether a replaced client still has messages.
        static let retirement = Duration.milliseconds(100)
        /// The time without an acknowledgement after which a message counts as trouble.
        static let acknowledgement = Duration.seconds(3)
    }

    /// The severities of syslog(3).
    private enum Severity {
        static let critical: Int32 = 2
        static let debug: Int32 = 7
    }

    private enum Facility {
        static let fatal = "FATAL"
    }

    private enum State {
        case open(ProducerClient)
        /// The client has failed fatally; a new client will follow.
        case broken(KafkaError)
        case closed
    }

    private struct Clients {
        var state = State.closed
        var options: ProducerOptions
        /// A client that sends each message as a separate batch; created when needed.
        var alone: ProducerClient?
        var lastMade: ContinuousClock.Instant
        /// The reason of the last replacement.
        ///
        /// The next client may fail for the same reason.
        var lastFailure: KafkaError?
        /// Replaced clients that still wait for acknowledgements.
        var retiring: [ProducerClient] = []
        var areQuestionsGivenUp = false
    }

    private let configuration: ClientConfiguration
    private let clients: Mutex<Clients>
    private let handOver: @Sendable (() -> Void) -> Void
    private let refusals: Refusals
    private let renewing = DispatchQueue(label: "order-gateway.producer")

    /// - Parameters:
    ///   - handOver: Called with the work of resuming all publishers that one delivery report
    ///     answers, so that their executors can be woken once for all of them.
    /// - Throws: ``KafkaError`` with the name of the property that cannot be used.
    package init(
        _ configuration: ClientConfiguration,
        _ options: ProducerOptions = ProducerOptions(),
        handOver: @escaping @Sendable (() -> Void) -> Void = { $0() }
    ) throws(KafkaError) {
        // This producer logs the failure of a client itself, so librdkafka's line is redundant.
        self.configuration = configuration.logging { level, facility, text in
            configuration.log(
                facility == Facility.fatal && text.contains("Fatal error")
                    ? Severity.debug : level,
                facility,
                text
            )
        }
        self.handOver = handOver
        refusals = Refusals(memory: options.refusalMemory, now: configuration.now)
        clients = Mutex(Clients(options: options, lastMade: configuration.now()))
        let client = try makeClient(options, isEachAlone: false)
        clients.withLock { $0.state = .open(client) }
    }

    deinit {
        let clients = clients.withLock { $0 }
        if case .open(let client) = clients.state { client.stop() }
        clients.alone?.stop()
        for client in clients.retiring { client.stop() }
    }

    private func makeClient(
        _ options: ProducerOptions,
        isEachAlone: Bool
    ) throws(KafkaError) -> ProducerClient {
        var reports = ProducerReports(handOver: handOver, refusals: refusals)
        reports.failed = { [weak self] client, error in self?.replace(client, error) }
        if !isEachAlone {
            reports.tooLarge = { [weak self] addressee, message, came in
                self?.publishAlone(addressee, message, came)
            }
        }
        let client = try ProducerClient(configuration, options, reports: reports)
        try client.start()
        return client
    }

    // MARK: Publishing

    /// Publishes a message.
    ///
    /// - Parameter waiter: Resumes when the broker's answer is known, or after a timeout.
    package func publish(_ message: ProducerMessage, _ waiter: DeliveryWaiter) {
        do throws(PublishError) {
            try openClient().produce(message, .waiter(waiter))
        } catch {
            refuse(message, because: error, waiter)
        }
    }

    /// Answers the publisher of a message that no client takes.
    package func refuse(
        _ message: borrowing ProducerMessage,
        because error: PublishError,
        _ waiter: DeliveryWaiter
    ) {
        configuration.observer?.refused(to: message.topic, error)
        waiter.resume(returning: .failure(error))
    }

    /// Publishes a message and suspends until the broker's answer is known, or until a timeout.
    ///
    /// Cancelling the task does not end the wait: the message is in flight, and the caller must
    /// learn its outcome.
    ///
    /// - Throws: ``PublishError``
    nonisolated(nonsending) package func publish(
        _ message: ProducerMessage
    ) async throws(PublishError) -> Acknowledgement {
        try await withUnsafeContinuation { publish(message, $0) }.get()
    }

    /// Publishes messages together, and suspends until the broker's answer to each is known.
    ///
    /// - Returns: The outcome of each message, in their order.
    package func publish(_ messages: [ProducerMessage]) async -> [Result<
        Acknowledgement, PublishError
    >] {
        guard !messages.isEmpty else { return [] }
        do throws(PublishError) {
            let client = try openClient()
            return await withUnsafeContinuation { waiter in
                let batch = DeliveryBatch(messages.count, waiter)
                for (message, index) in zip(messages, batch.indices) {
                    client.produce(message, .part(of: batch, index: index))
                }
            }
        } catch {
            for message in messages { configuration.observer?.refused(to: message.topic, error) }
            return messages.map { _ in .failure(error) }
        }
    }

    private func openClient() throws(PublishError) -> ProducerClient {
        switch clients.withLock({ $0.state }) {
        case .open(let client): return client
        case .broken(let error): throw PublishError(error)
        case .closed: throw .closed
        }
    }

    /// Publishes a message alone after its batch was too large for the topic.
    private func publishAlone(
        _ addressee: Outbox.Addressee,
        _ message: ProducerMessage,
        _ came: Outbox.Instant
    ) {
        do throws(KafkaError) {
            let options = clients.withLock { $0.options }
            var client = clients.withLock { $0.alone }
            if client == nil {
                // Only the delivery thread creates this client.
                let made = try makeClient(options, isEachAlone: true)
                client = made
                clients.withLock { $0.alone = made }
            }
            client?.produce(message, addressee, came: came)
        } catch {
            configuration.observer?.refused(to: message.topic, .notPublished(reason: error))
            Outbox.answer(addressee, .failure(.notPublished(reason: error)))?.resume()
        }
    }

    /// The number of messages whose outcome is not known yet.
    package var outstanding: Int { sum(\.outstanding) }

    /// The size of their keys, values and headers in bytes.
    package var outstandingBytes: Int { sum(\.outstandingBytes) }

    private func sum(_ number: (ProducerClient) -> Int) -> Int {
        clients.withLock { clients in
            var all = clients.retiring + [clients.alone].compactMap(\.self)
            if case .open(let client) = clients.state { all.append(client) }
            return all.reduce(0) { $0 + number($1) }
        }
    }

    // MARK: State

    /// Asks a broker about topics; blocks.
    ///
    /// The request checks that a broker can be reached. It also makes the first message to a topic
    /// as fast as later messages.
    ///
    /// - Throws: ``KafkaError`` when no broker answers.
    package func topics(
        _ names: [String],
        timeout: Duration
    ) throws(KafkaError) -> [TopicDescription] {
        switch clients.withLock({ $0.state }) {
        case .open(let client): return try client.topics(names, timeout: timeout)
        case .broken(let error): throw error
        case .closed: return []
        }
    }

    /// Sends a small request to each broker that leads a partition of a topic; blocks.
    ///
    /// - Throws: ``KafkaError`` when one of these brokers does not answer.
    package func reachLeaders(of topic: TopicDescription, timeout: Duration) throws(KafkaError) {
        guard case .open(let client) = clients.withLock({ $0.state }) else { return }
        try client.reachLeaders(of: topic, timeout: timeout)
    }

    /// Asks a broker for the configuration of topics; blocks.
    ///
    /// - Returns: The configuration of each topic in the broker's answer, or the reason why it is
    ///   missing.
    /// - Throws: ``KafkaError`` as ``AdminClient/configuration(of:timeout:)``.
    package func configuration(
        of topics: [String],
        timeout: Duration
    ) throws(KafkaError) -> [String: Result<TopicConfiguration, KafkaError>] {
        guard case .open(let client) = clients.withLock({ $0.state }) else { return [:] }
        return try client.configuration(of: topics, timeout: timeout)
    }

    /// The delay that a quota has added to a broker's answer; `nil` when no answer was delayed
    /// lately.
    package var throttling: Duration? {
        guard case .open(let client) = clients.withLock({ $0.state }) else { return nil }
        return client.throttling
    }

    /// Whether the broker accepts messages, although a quota delays its answers to all requests.
    package var isSlowedByQuota: Bool {
        guard case .open(let client) = clients.withLock({ $0.state }),
            let delay = client.throttling, let last = client.lastAcknowledgement
        else { return false }
        return last.duration(to: configuration.now()) <= Limits.acknowledgement + delay
    }

    /// The known reason why messages cannot be published, without trying; `nil` when there is none.
    package var trouble: ProducerTrouble? {
        let (state, alone) = clients.withLock { ($0.state, $0.alone) }
        if case .broken(let error) = state {
            return error.isRefusal ? .refused(error, topic: nil) : .failed(error)
        }
        if let (topic, reason) = refusals.current { return .refused(reason, topic: topic) }
        guard case .open(let client) = state else { return nil }
        for client in [client, alone].compactMap(\.self) {
            guard let (place, since) = client.oldestUnacknowledged else { continue }
            // A broker that delays its answers because of a quota still accepts messages in time.
            let last = client.throttling == nil ? nil : client.lastAcknowledgement
            let wait = max(since, last ?? since).duration(to: configuration.now())
            if wait > Limits.acknowledgement + (client.throttling ?? .zero) {
                return .unacknowledged(place, for: wait)
            }
        }
        return nil
    }

    /// Limits batches to the largest size that a topic accepts (`max.message.bytes`).
    package func limitBatches(to bytes: Int) {
        let isChange = clients.withLock { clients in
            let most = ProducerOptions.Limits.batchBytes
            guard min(bytes, most) != min(clients.options.largestBatch, most) else { return false }
            clients.options.largestBatch = bytes
            return true
        }
        if isChange { renewing.async { self.renew(retiring: true) } }
    }

    // MARK: Replacing a client

    /// Replaces a client after a fatal error, which ends an idempotent producer for good.
    ///
    /// Its outstanding messages are answered by their status. A new client starts soon, but not
    /// repeatedly without a pause.
    private func replace(_ failed: ProducerClient, _ error: KafkaError) {
        let pause: Duration? = clients.withLock { clients in
            if clients.alone === failed { clients.alone = nil }
            guard case .open(let client) = clients.state, client === failed else { return nil }
            clients.state = .broken(error)
            return max(
                .zero,
                Limits.renewalInterval - clients.lastMade.duration(to: configuration.now())
            )
        }
        configuration.observer?.producerFailed(error)
        if error.isRefusal { refusals.note(error, topic: nil) }
        failed.stop(because: PublishError(error))
        guard let pause else { return }
        let isNews = clients.withLock { clients in
            defer { clients.lastFailure = error }
            return clients.lastFailure != error
        }
        configuration.log(
            isNews ? Severity.critical : Severity.debug,
            Facility.fatal,
            "the producer is replaced: \(error)"
        )
        renew(after: pause)
    }

    private func renew(after pause: Duration) {
        renewing.asyncAfter(deadline: .now() + .milliseconds(Int(pause.wholeMilliseconds))) {
            [weak self] in self?.renew(retiring: false)
        }
    }

    /// - Parameter retiring: Whether to replace a client that still works.
    private func renew(retiring: Bool) {
        let options = clients.withLock { $0.options }
        do throws(KafkaError) {
            let made = try makeClient(options, isEachAlone: false)
            let (isUsed, old) = clients.withLock { clients -> (Bool, ProducerClient?) in
                clients.lastMade = configuration.now()
                if clients.areQuestionsGivenUp { made.giveUpQuestions() }
                switch clients.state {
                case .broken:
                    clients.state = .open(made)
                    return (true, nil)
                case .open(let old) where retiring:
                    clients.state = .open(made)
                    clients.retiring.append(old)
                    return (true, old)
                case .open, .closed: return (false, nil)
                }
            }
            if !isUsed { made.stop() }
            if let old { retireInTime(old) }
        } catch {
            let isBroken = clients.withLock { clients in
                clients.lastMade = configuration.now()
                guard case .broken = clients.state else { return false }
                clients.state = .broken(error)
                return true
            }
            if isBroken { renew(after: Limits.renewalInterval) }
        }
    }

    /// Ends a replaced client when it has no messages left.
    ///
    /// It does not end at once, because a caller may still be about to pass it a message.
    private func retireInTime(_ client: ProducerClient) {
        let pause = Int(Limits.retirement.wholeMilliseconds)
        renewing.asyncAfter(deadline: .now() + .milliseconds(pause)) { [weak self] in
            guard let self else { return }
            guard client.outstanding == 0 else { return retireInTime(client) }
            clients.withLock { $0.retiring.removeAll { $0 === client } }
            client.stop()
        }
    }

    /// Whether a question is open; for tests.
    var isAsking: Bool {
        guard case .open(let client) = clients.withLock({ $0.state }) else { return false }
        return client.isAsking
    }

    /// Ends the wait for all answers to questions, now and later; does not affect published
    /// messages.
    package func giveUpQuestions() {
        let state = clients.withLock { clients in
            clients.areQuestionsGivenUp = true
            return clients.state
        }
        if case .open(let client) = state { client.giveUpQuestions() }
    }

    func failFatally() {
        guard case .open(let client) = clients.withLock({ $0.state }) else { return }
        client.failFatally()
    }

    // MARK: Stopping

    /// Waits until all outstanding messages are answered, or until the timeout.
    ///
    /// In a cancelled task it does not wait.
    ///
    /// - Returns: The number of messages that are still outstanding.
    package func flush(timeout: Duration) async -> Int {
        // `Task.sleep` waits by this clock. A configured clock may stand still.
        let deadline = ContinuousClock.now + timeout
        while outstanding > 0, ContinuousClock.now < deadline {
            do {
                try await Task.sleep(for: Limits.flushInterval)
            } catch {
                break
            }
        }
        return outstanding
    }

    /// Closes the producer for new messages, answers the outstanding messages by their status, and
    /// ends its clients.
    package func close() async {
        let left = clients.withLock { clients -> [ProducerClient] in
            var left = clients.retiring + [clients.alone].compactMap(\.self)
            if case .open(let client) = clients.state { left.insert(client, at: 0) }
            clients.state = .closed
            clients.alone = nil
            clients.retiring = []
            return left
        }
        for client in left {
            client.stop()
            await client.waitUntilEnded()
        }
    }
}
