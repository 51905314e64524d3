package import Kafka
package import Orders
package import Telemetry
package import Text

/// Publishes the messages of events.
package protocol EventPublisher: Sendable {
    /// - Parameter waiter: Resumes with the place of the event when every in-sync replica has it, or with
    ///   the reason why that is not known.
    func publish(_ message: ProducerMessage, _ waiter: DeliveryWaiter)
}

extension EventPublisher {
    /// Publishes a message and waits for the broker's answer.
    nonisolated(nonsending) package func publish(
        _ message: ProducerMessage
    ) async throws(PublishError) -> Acknowledgement {
        try await withUnsafeContinuation { publish(message, $0) }.get()
    }
}

extension Producer: EventPublisher {}

/// Makes the `OrderCreated` events of commands, and has the publisher for them.
package final class OrderPlacement: Sendable {
    package let publisher: any EventPublisher
    package let log: EventLog
    private let random: RandomSource
    private let format: EventFormat

    package init(
        publisher: any EventPublisher,
        random: RandomSource,
        format: EventFormat = EventFormat(),
        logger: Logger
    ) {
        self.format = format
        log = EventLog(logger)
        self.publisher = publisher
        self.random = random
    }

    /// Returns the message of the event that an order is placed.
    package func message(
        for command: PlaceOrder,
        as orderID: OrderID,
        at time: Timestamp,
        correlation: Correlation,
        trace: TraceContext
    ) -> ProducerMessage {
        let envelope = EventEnvelope(
            eventID: random.uuid(at: time),
            timestamp: time,
            correlation: correlation,
            sourceService: OrderEventMessage.sourceService,
            traceID: trace.traceID,
            spanID: trace.spanID,
            version: format.version
        )
        return OrderEventMessage.make(
            command,
            as: orderID,
            in: format.currency,
            envelope,
            trace: trace
        )
    }
}
