package import Kafka
package import Orders
package import Text

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
    package static func message(
        for failure: InventoryReservationFailed,
        of cause: Event,
        header: (String) -> [UInt8]?,
        version: EventVersion
    ) -> ProducerMessage {
        let eventID = NamedUUID.make(namespace: cause.envelope.eventID, name: "OrderCancelled")
        let trace = TraceContext.continuing(
            cause.envelope,
            header: header,
            // A span ID must not be zero. The variant bits in the lower half of a UUID are never
            // all zero.
            spanID: SpanID(eventID.low) ?? cause.envelope.spanID
        )
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
}

extension TraceContext {
    /// Returns the trace of a consumed event, with a new span.
    ///
    /// The IDs are in the event. The sampling flags and the state are only in its headers.
    package static func continuing(
        _ envelope: EventEnvelope,
        header: (String) -> [UInt8]?,
        spanID: SpanID
    ) -> TraceContext {
        let parent = header("traceparent").flatMap { TraceParent($0[...]) }
        return TraceContext(
            traceID: envelope.traceID,
            spanID: spanID,
            flags: parent?.flags ?? 0,
            state: header("tracestate").map { String(decoding: $0, as: UTF8.self) }
        )
    }
}
