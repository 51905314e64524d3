package import Kafka
package import Orders
package import Text

/// What the order service does about a reservation that failed: it cancels the order.
package enum Compensation {
    /// The message that cancels an order.
    ///
    /// Everything in it follows from the failure, its ids and its time too: a failure that is
    /// delivered again, here or to another replica, yields the same event to the last byte.
    ///
    /// - Parameters:
    ///   - failure: What the inventory service answered.
    ///   - cause: The event that said so.
    ///   - header: The value of its first Kafka header with a name, for the flags and the state of
    ///     its trace.
    ///   - version: That of the cancellation.
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
            // The version bits of a UUID keep it from being zero, which no span may be.
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
    /// The trace of a consumed event, with a span of ours.
    ///
    /// The ids are in the event; the sampling flags and the state only in its headers.
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
