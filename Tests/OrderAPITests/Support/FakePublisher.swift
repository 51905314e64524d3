import Synchronization

@testable import Kafka
@testable import OrderAPI
@testable import OrderStreams

/// A broker that keeps what it is given, or answers each message with an error.
final class FakePublisher: EventPublisher {
    private let kept = Mutex<[ProducerMessage]>([])
    private let error: PublishError?

    init(failing error: PublishError? = nil) {
        self.error = error
    }

    var messages: [ProducerMessage] { kept.withLock { $0 } }

    func publish(_ message: ProducerMessage, _ waiter: DeliveryWaiter) {
        let count = kept.withLock { kept in
            kept.append(message)
            return kept.count
        }
        let place = Acknowledgement(partition: 1, offset: Int64(count - 1))
        waiter.resume(returning: error.map { .failure($0) } ?? .success(place))
    }
}
