package import Kafka
internal import Synchronization

/// Lets messages through while the topic of orders is there.
///
/// Without it a message would wait in vain, and be sent whenever the topic is made, long after its
/// client was told otherwise.
package final class TopicGate: EventPublisher {
    private let producer: Producer
    /// What every message looks at; the reason is looked at only while it does not hold.
    private let isOpen = Atomic(false)
    private let reason = Mutex(PublishError.notPublished(reason: .topicsNotKnown))

    package init(_ producer: Producer) {
        self.producer = producer
    }

    package func open() { isOpen.store(true, ordering: .releasing) }

    /// - Parameter error: What publishers are told from now on.
    package func close(_ error: PublishError) {
        reason.withLock { $0 = error }
        isOpen.store(false, ordering: .releasing)
    }

    package func publish(_ message: ProducerMessage) async throws(PublishError) -> Acknowledgement {
        guard isOpen.load(ordering: .acquiring) else { throw reason.withLock { $0 } }
        return try await producer.publish(message)
    }
}
