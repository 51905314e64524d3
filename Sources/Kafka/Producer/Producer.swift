internal import Synchronization

/// Publishes messages with acknowledgement by all in-sync replicas, each at most once
/// (`acks=all`, idempotent: KIP-98).
package final class Producer: Sendable {
    package enum Limits {
        /// How often ``flush(timeout:)`` looks.
        static let flushInterval = Duration.milliseconds(5)
    }

    private enum State {
        case open(ProducerClient)
        /// The client failed fatally and no other could be made yet: the next publish tries.
        case broken(KafkaError)
        case closed
    }

    private let state: Mutex<State>
    private let makeClient: @Sendable (Producer) throws(KafkaError) -> ProducerClient

    /// - Parameters:
    ///   - deliveryTimeout: For how long a message is tried before its outcome is told.
    ///   - handOver: Called with the work of resuming all publishers that one delivery report
    ///     answers, so that their executors can be woken once for all of them.
    /// - Throws: ``KafkaError`` naming the property that cannot be used.
    package init(
        _ configuration: ClientConfiguration,
        deliveryTimeout: Duration = .seconds(8),
        linger: Linger = .unlessAlone(.milliseconds(1)),
        handOver: @escaping @Sendable (() -> Void) -> Void = { $0() }
    ) throws(KafkaError) {
        makeClient = { (producer) throws(KafkaError) in
            try ProducerClient(
                configuration,
                deliveryTimeout: deliveryTimeout,
                linger: linger,
                handOver: handOver,
                onFatalError: { [weak producer] client, error in
                    configuration.log(2, "FATAL", "the producer is replaced: \(error)")
                    producer?.replace(client, error)
                }
            )
        }
        state = Mutex(.closed)
        let client = try makeClient(self)
        state.withLock { $0 = .open(client) }
        client.start()
    }

    deinit {
        if case .open(let client) = state.withLock({ $0 }) { client.stop() }
    }

    /// Publishes a message and suspends until the broker's answer is known.
    ///
    /// Cancelling the task does not end the wait: the message is on its way, and its outcome has to
    /// be known.
    ///
    /// - Throws: ``PublishError``
    package func publish(_ message: ProducerMessage) async throws(PublishError) -> Acknowledgement {
        let client = try openClient()
        let outcome = await withUnsafeContinuation { client.produce(message, $0) }
        return try outcome.get()
    }

    /// Publishes messages together, and suspends until the broker's answer to each is known.
    ///
    /// - Returns: What became of each, in their order.
    package func publish(_ messages: [ProducerMessage]) async -> [Result<
        Acknowledgement, PublishError
    >] {
        guard !messages.isEmpty else { return [] }
        do throws(PublishError) {
            let client = try openClient()
            return await withUnsafeContinuation { client.produce(messages, $0) }
        } catch {
            return messages.map { _ in .failure(error) }
        }
    }

    private func openClient() throws(PublishError) -> ProducerClient {
        let state = state.withLock { state in
            if case .broken = state { renew(&state) }
            return state
        }
        switch state {
        case .open(let client): return client
        case .broken(let error): throw .notPublished(reason: error)
        case .closed: throw .closed
        }
    }

    /// The number of messages whose outcome is not known yet.
    package var outstanding: Int {
        guard case .open(let client) = state.withLock({ $0 }) else { return 0 }
        return client.outstanding
    }

    /// Asks a broker about a topic; blocks.
    ///
    /// It tells whether a broker can be reached, and makes the first message to the topic as quick
    /// as the later ones.
    ///
    /// - Throws: ``KafkaError``
    package func probe(topic: String, timeout: Duration) throws(KafkaError) {
        switch state.withLock({ $0 }) {
        case .open(let client): _ = try client.metadata(of: topic, timeout: timeout)
        case .broken(let error): throw error
        case .closed: return
        }
    }

    // MARK: Replacing a client

    /// A fatal error ends an idempotent producer for good: what it still holds is answered by its
    /// status, and a new client takes over.
    private func replace(_ failed: ProducerClient, _ error: KafkaError) {
        state.withLock { state in
            guard case .open(let client) = state, client === failed else { return }
            state = .broken(error)
            renew(&state)
        }
        failed.stop()
    }

    private func renew(_ state: inout State) {
        do throws(KafkaError) {
            let client = try makeClient(self)
            client.start()
            state = .open(client)
        } catch {
            state = .broken(error)
        }
    }

    func failFatally() {
        guard case .open(let client) = state.withLock({ $0 }) else { return }
        client.failFatally()
    }

    // MARK: Stopping

    /// Waits until everything outstanding has been answered, or time is up.
    ///
    /// In a cancelled task it does not wait.
    ///
    /// - Returns: The number of messages that are still outstanding.
    package func flush(timeout: Duration) async -> Int {
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

    /// Takes no more messages, answers what is outstanding by its status, and ends.
    package func close() async {
        let state = state.withLock { state in
            defer { state = .closed }
            return state
        }
        guard case .open(let client) = state else { return }
        client.stop()
        await client.waitUntilEnded()
    }
}
