package import Kafka
package import Orders
internal import Text

/// The reaction of the order service to a failed reservation: it cancels the order.
package enum Compensation {
    /// Returns the message that cancels an order.
    ///
    /// The whole message follows from the failure, including its IDs and its time. A failure that
    /// is delivered again, here or to another replica, gives the same event, byte for byte.
    ///
    /// - Parameters:
    ///   - failure: The answer of the inventory service.
    ///   - cause: The event that contains the failure.
    ///   - header: Returns the value of the event's first Kafka header with a name, for the flags
    ///     and the state of its trace.
    ///   - version: The version of the cancellation.
    ///   - isSampled: Whether the trace is recorded; `nil` to pass on the flags of the event.
    package static func message(
        for failure: InventoryReservationFailed,
        of cause: Event,
        header: (String) -> [UInt8]?,
        version: EventVersion,
        isSampled: Bool? = nil
    ) -> ProducerMessage {
        let eventID = eventID(for: cause)
        let trace = EventOrigin(cause.envelope, header: header)
            .following(spanID: spanID(of: eventID), isSampled: isSampled)
        let event = Event(
            envelope: EventEnvelope(
                eventID: eventID,
                timestamp: cause.envelope.timestamp,
                correlationID: cause.envelope.correlationID,
                sourceService: OrderEventMessage.sourceService,
                traceID: trace.traceID,
                spanID: trace.spanID,
                version: version
            ),
            payload: .orderCancelled(
                OrderCancelled(
                    orderID: failure.orderID,
                    reason: failure.reason,
                    causedBy: cause.envelope.eventID
                )
            )
        )
        return OrderEventMessage.make(event, topic: EventTopics.orders, trace: trace)
    }

    /// Returns the span that the message for an event names as its own.
    static func spanID(for cause: Event) -> SpanID { spanID(of: eventID(for: cause)) }

    private static func eventID(for cause: Event) -> EventID {
        NamedUUID.make(namespace: cause.envelope.eventID, name: "OrderCancelled")
    }

    // The variant bits in the lower half of a UUID are never all zero, as a span ID must not be.
    private static func spanID(of eventID: EventID) -> SpanID { SpanID(derivedFrom: eventID) }
}
