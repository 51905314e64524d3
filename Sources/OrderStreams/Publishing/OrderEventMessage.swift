package import Kafka
package import Orders
package import Text

/// The Kafka message of an event: its key, its value and its headers.
package enum OrderEventMessage {
    private enum Most {
        /// The most bytes of the headers, without the texts in them.
        static let headerBytes = 336
    }

    /// The name of this gateway as the source of events.
    package static let sourceService = "order-gateway"

    /// Returns the message of an event.
    package static func make(
        _ event: Event,
        topic: String,
        trace: TraceContext
    ) -> ProducerMessage {
        let value = event.encoded()
        return message(
            event.envelope,
            event.payload.eventType,
            of: event.payload.orderID,
            topic,
            trace,
            mostValueBytes: value.count
        ) { _, message in
            message.append(value.span)
        }
    }

    /// Returns the message of the event that an order was placed.
    package static func make(
        _ order: PlaceOrder,
        as orderID: OrderID,
        in currency: Currency,
        _ envelope: EventEnvelope,
        trace: TraceContext
    ) -> ProducerMessage {
        message(
            envelope,
            .orderCreated,
            of: orderID,
            EventTopics.orders,
            trace,
            mostValueBytes: order.mostEventBytes(envelope)
        ) { time, message in
            order.writeEvent(envelope, at: time, of: orderID, in: currency, to: &message)
        }
    }

    /// Returns a message whose headers let consumers route and trace it without parsing the value.
    ///
    /// It has the headers of CloudEvents in binary mode (Kafka protocol binding §3.2) and the
    /// headers of the platform.
    ///
    /// - Parameter value: Appends the value; it gets the text of the envelope's timestamp.
    private static func message(
        _ envelope: EventEnvelope,
        _ type: EventType,
        of orderID: OrderID,
        _ topic: String,
        _ trace: TraceContext,
        mostValueBytes: Int,
        value: (Timestamp.Text, inout OutputSpan<UInt8>) -> Void
    ) -> ProducerMessage {
        let time = envelope.timestamp.text
        let textBytes =
            (trace.state?.utf8.count ?? 0) + envelope.correlation.byteCount
            + envelope.sourceService.utf8.count
        return ProducerMessage(
            topic: topic,
            mostBytes: Most.headerBytes + textBytes + OrderID.longestText + mostValueBytes,
            headers: { headers in
                headers.append(header: "content-type", "application/json")
                headers.append(header: "traceparent") { trace.writeParent(to: &$0) }
                if let state = trace.state {
                    headers.append(header: "tracestate") { $0.append(state.utf8.span) }
                }
                headers.append(header: "correlation_id") { envelope.correlation.write(to: &$0) }
                headers.append(header: "ce_specversion", "1.0")
                headers.append(header: "ce_id") { envelope.eventID.write(to: &$0) }
                headers.append(header: "ce_type") { $0.append(type.rawValue.utf8.span) }
                headers.append(header: "ce_source") { source in
                    source.append("/")
                    source.append(envelope.sourceService.utf8.span)
                }
                headers.append(header: "ce_time") { $0.append(time.span) }
            },
            key: { orderID.write(to: &$0) },
            value: { value(time, &$0) }
        )
    }
}
