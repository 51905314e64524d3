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

    /// Publishes everything, so much at a time, and returns when the broker has all of it.
    func publish(_ work: [SagaWork]) async throws {
        var rest = work[...]
        while !rest.isEmpty {
            var bytes = 0
            let batch = rest.prefix(SagaService.Limits.messagesAtOnce).prefix { item in
                bytes += item.bytes
                return bytes <= SagaService.Limits.bytesAtOnce
            }
            // One that is larger by itself goes alone.
            let count = max(1, batch.count)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for item in rest.prefix(count) { group.addTask { try await publish(item) } }
                // A wait for the broker is no pause of the process.
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
        case .cancel(let message): try await publish([message], "a cancellation") { $0 }
        case .bury(let letter):
            try await publish(letter.shrinking, "a dead letter") { $0.message }
            observer?.buried(letter)
            logger.warning(
                "event sent to the dead letters",
                metadata: ["id": "\(letter.id)", "error": "\(letter.error)"]
            )
        }
    }

    /// Tries a message as the policy says, and again from the beginning for as long as it takes:
    /// the offset may not pass a record that was not dealt with.
    ///
    /// - Parameter sizes: The same thing told in fewer and fewer bytes: where one is too large for its
    ///   topic, the next is tried, and the last again and again.
    private func publish<Size>(
        _ sizes: [Size],
        _ what: String,
        message: (Size) -> ProducerMessage
    ) async throws {
        var rest = sizes[...]
        var retries = retries
        while let size = rest.first {
            do throws(PublishError) {
                _ = try await publisher.publish(message(size))
                return
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
                    "\(what) was not published",
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
    }
}
