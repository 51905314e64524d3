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
    /// Records what is published; `nil` to record nothing.
    package let tracer: Tracer?

    package init(
        publisher: any EventPublisher,
        random: RandomSource,
        format: EventFormat = EventFormat(),
        tracer: Tracer? = nil,
        logger: Logger
    ) {
        self.tracer = tracer
        self.format = format
        log = EventLog(logger)
        self.publisher = publisher
        self.random = random
    }

    /// Begins the publishing of an order's event, if the trace of its request is recorded.
    package func sending(_ orderID: OrderID, for trace: TraceContext) -> ActiveSpan? {
        guard let tracer, trace.isSampled else { return nil }
        let span = tracer.sending(to: EventTopics.orders, for: trace)
        span.set("messaging.kafka.message.key", "\(orderID)")
        return span
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
