package import Kafka
internal import Synchronization

/// Forwards messages to the producer while the order topic exists.
///
/// Without the topic, a message would wait in the producer. It would be sent after the topic is
/// created, long after its client has received an error.
package final class TopicGate: EventPublisher {
    private let producer: Producer
    /// Whether the gate is open; every message reads this flag, and the reason only if it is false.
    private let isOpen = Atomic(false)
    private let reason = Mutex(PublishError.notPublished(reason: .topicsNotKnown))

    package init(_ producer: Producer) {
        self.producer = producer
    }

    package func open() { isOpen.store(true, ordering: .releasing) }

    /// - Parameter error: The outcome of each message from now on.
    package func close(_ error: PublishError) {
        reason.withLock { $0 = error }
        isOpen.store(false, ordering: .releasing)
    }

    package func publish(_ message: ProducerMessage, _ waiter: DeliveryWaiter) {
        guard isOpen.load(ordering: .acquiring) else {
            return producer.refuse(message, because: reason.withLock { $0 }, waiter)
        }
        producer.publish(message, waiter)
    }
}
