/// A waiter for the outcome of a message, of which an observer learns first.
final class ObservedWaiter: Sendable {
    private let waiter: DeliveryWaiter
    private let observer: any KafkaObserver
    private let topic: String
    private let start: ContinuousClock.Instant
    private let now: ClientConfiguration.Now

    init(
        _ waiter: DeliveryWaiter,
        _ observer: any KafkaObserver,
        topic: String,
        now: @escaping ClientConfiguration.Now
    ) {
        self.waiter = waiter
        self.observer = observer
        self.topic = topic
        self.now = now
        start = now()
    }

    func resume(returning outcome: Outbox.Outcome) {
        observer.note(outcome, of: topic, after: start.duration(to: now()))
        waiter.resume(returning: outcome)
    }
}

extension KafkaObserver {
    func note(_ outcome: Outbox.Outcome, of topic: String, after duration: Duration) {
        switch outcome {
        case .success(let place): delivered(to: topic, place, after: duration)
        case .failure(let error): failed(to: topic, error, after: duration)
        }
    }
}
