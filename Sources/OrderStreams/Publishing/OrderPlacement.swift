package import Kafka
package import Orders
package import Text

/// Publishes what an event is made of and waits for the broker's answer.
package protocol EventPublisher: Sendable {
    /// - Returns: Where the event stands, once every in-sync replica has it.
    func publish(_ message: ProducerMessage) async throws(PublishError) -> Acknowledgement
}

extension Producer: EventPublisher {}

/// Places orders: turns a command into `OrderCreated` and has it acknowledged.
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
    /// - Throws: ``PublishError``: certainly not published, or unknown.
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
