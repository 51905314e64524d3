package import Kafka
package import Orders
package import Text

/// Publishes the message of an event and waits for the broker's answer.
package protocol EventPublisher: Sendable {
    /// - Returns: The place of the event, when every in-sync replica has it.
    func publish(_ message: ProducerMessage) async throws(PublishError) -> Acknowledgement
}

extension Producer: EventPublisher {}

/// Places orders: publishes an `OrderCreated` event for a command and waits for its
/// acknowledgement.
package struct OrderPlacement: Sendable {
    private let publisher: any EventPublisher
    private let random: RandomSource
    private let clock: WallClock
    private let format: EventFormat

    package init(
        publisher: any EventPublisher,
        random: RandomSource,
        clock: WallClock,
        format: EventFormat = EventFormat()
    ) {
        self.format = format
        self.publisher = publisher
        self.random = random
        self.clock = clock
    }

    /// Publishes the order's event.
    ///
    /// - Throws: ``PublishError``: the event was not published, or the outcome is unknown.
    @discardableResult
    package func place(
        _ command: PlaceOrder,
        as orderID: OrderID,
        correlationID: String,
        trace: TraceContext
    ) async throws(PublishError) -> Acknowledgement {
        let now = clock.now()
        let event = Event(
            envelope: EventEnvelope(
                eventID: random.uuid(at: now),
                timestamp: now,
                correlationID: correlationID,
                sourceService: OrderEventMessage.sourceService,
                traceID: trace.traceID,
                spanID: trace.spanID,
                version: format.version
            ),
            payload: .orderCreated(
                OrderCreated(
                    orderID: orderID,
                    customerID: command.customerID,
                    items: command.items,
                    totalAmount: command.totalAmount,
                    currency: format.currency
                )
            )
        )
        let message = OrderEventMessage.make(event, topic: EventTopics.orders, trace: trace)
        return try await publisher.publish(message)
    }
}
