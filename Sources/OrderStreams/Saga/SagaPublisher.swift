internal import Kafka
internal import Telemetry
internal import Text

/// Publishes the messages of the saga, and tries again until the broker has acknowledged all of them.
struct SagaPublisher: Sendable {
    let publisher: any EventPublisher
    let retries: Backoff
    let health: Health
    let status: PartStatus
    let clock: MonotonicClock
    let random: RandomSource
    let observer: (any StreamObserver)?
    let logger: Logger
    /// Logs the events that were published.
    private var log: EventLog { EventLog(logger) }

    /// Publishes all work in batches of limited size, and returns when all of it is acknowledged.
    func publish(_ work: [SagaWork]) async throws {
        var rest = work[...]
        while !rest.isEmpty {
            var bytes = 0
            let batch = rest.prefix(SagaService.Limits.messagesAtOnce).prefix { item in
                bytes += item.bytes
                return bytes <= SagaService.Limits.bytesAtOnce
            }
            // A message larger than the limit is published alone.
            let count = max(1, batch.count)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for item in rest.prefix(count) { group.addTask { try await publish(item) } }
                // A long wait for the broker must not look like a pause of the process.
                group.addTask {
                    while true {
                        health.noteTurn()
                        try await clock.sleep(for: SagaService.Limits.turnInterval)
                    }
                }
                for _ in 0..<count { try await group.next() }
                group.cancelAll()
            }
            rest = rest.dropFirst(count)
        }
    }

    private func publish(_ work: SagaWork) async throws {
        switch work {
        case .cancel(let message, let trace):
            let logged = log.fields(of: message)
            let place = try await publish([message], "a cancellation", trace) { $0 }
            if let logged, let place { log.published(logged, at: place) }
        case .bury(let letter, let trace):
            _ = try await publish(letter.shrinking, "a dead letter", trace) { $0.message }
            observer?.buried(letter)
            logger.warning(
                "event sent to the dead letters: see order-gateway dead-letters show with its id",
                metadata: ["id": "\(letter.id)", "error": "\(letter.error)"]
            )
        }
    }

    /// Publishes a message according to the retry policy, and repeats the policy until it succeeds.
    ///
    /// The offset must not pass a record whose work is not done.
    ///
    /// - Parameter sizes: Smaller and smaller versions of one message. If a version is too large
    ///   for its topic, the next one is tried. The last one is tried again and again.
    /// - Returns: The place of the message; `nil` if there are no versions.
    private func publish<Size>(
        _ sizes: [Size],
        _ what: String,
        _ trace: SagaTrace?,
        message: (Size) -> ProducerMessage
    ) async throws -> Acknowledgement? {
        var rest = sizes[...]
        var retries = retries
        // One span for all attempts, because they send the same message.
        var sending: ActiveSpan?
        while let size = rest.first {
            let message = message(size)
            if sending == nil { sending = trace?.sending(to: message.topic) }
            do throws(PublishError) {
                let place = try await publisher.publish(message)
                sending?.end(.success(place))
                trace?.processing.end()
                return place
            } catch {
                if case .messageTooLarge = error, rest.count > 1 {
                    rest.removeFirst()
                    continue
                }
                observer?.retries(what, after: error, attempt: retries.failures + 1)
                var pause = retries.fail(random: random.fraction())
                let isLast = retries.isExhausted || !error.isRetriable
                logger.log(
                    level: isLast ? .error : .warning,
                    "\(what) was not published; it is tried again",
                    metadata: ["attempt": "\(retries.failures)", "error": "\(error)"]
                )
                if isLast {
                    status.fail("\(what) cannot be published: \(error)", .error)
                    pause = retries.longestPause
                    retries.reset()
                }
                try await clock.sleep(for: pause)
            }
        }
        return nil
    }
}
