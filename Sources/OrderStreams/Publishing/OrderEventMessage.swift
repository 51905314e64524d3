package import Kafka
package import Orders
package import Text

/// The Kafka message of an event: its key, its value and its headers.
package enum OrderEventMessage {
    private enum Most {
        /// The most bytes of the headers, without the texts in them.
        static let headerBytes = 512
    }

    /// The name of this gateway as the source of events.
    package static let sourceService = "order-gateway"

    /// Returns the message of an event.
    package static func make(
        _ event: Event,
        topic: String,
        trace: TraceContext
    ) -> ProducerMessage {
        message(
            event.encoded(),
            event.envelope,
            event.payload.eventType,
            of: event.payload.orderID,
            topic,
            trace
        )
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
            order.event(envelope, of: orderID, in: currency),
            envelope,
            .orderCreated,
            of: orderID,
            EventTopics.orders,
            trace
        )
    }

    /// Returns a message whose headers let consumers route and trace it without parsing the value.
    ///
    /// It has the headers of CloudEvents in binary mode (Kafka protocol binding §3.2) and the
    /// headers of the platform.
    private static func message(
        _ value: [UInt8],
        _ envelope: EventEnvelope,
        _ type: EventType,
        of orderID: OrderID,
        _ topic: String,
        _ trace: TraceContext
    ) -> ProducerMessage {
        let textBytes =
            (trace.state?.utf8.count ?? 0) + envelope.correlation.byteCount
            + envelope.sourceService.utf8.count
        let headers = KafkaHeaders(mostBytes: Most.headerBytes + textBytes) { headers in
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
            headers.append(header: "ce_time") { envelope.timestamp.write(to: &$0) }
        }
        let key = [UInt8](most: OrderID.longestText) { orderID.write(to: &$0) }
        return ProducerMessage(topic: topic, key: key, value: value, headers: headers)
    }
}
