package import Kafka
internal import Synchronization

/// Lets messages through once the topics are known to be there.
///
/// Before that a message could make its topic by itself, for producers ask brokers to (KIP-487), and
/// then with the broker's idea of partitions and retention instead of the platform's.
package final class TopicGate: EventPublisher {
    private let producer: Producer
    private let isOpen = Atomic<Bool>(false)

    package init(_ producer: Producer) {
        self.producer = producer
    }

    /// To be called when every topic is there.
    package func open() { isOpen.store(true, ordering: .releasing) }

    package func publish(_ message: ProducerMessage) async throws(PublishError) -> Acknowledgement {
        guard isOpen.load(ordering: .acquiring) else {
            throw .notPublished(reason: .topicsNotKnown)
        }
        return try await producer.publish(message)
    }
}
