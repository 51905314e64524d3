package import Kafka
package import Orders
package import Text

/// How an event travels: its key, its value and its Kafka headers.
package enum OrderEventMessage {
    /// What most events and their headers take.
    ///
    /// Below what the C library hands out without looking for it (1,032 bytes with its own and the
    /// array's head): anything larger is several times as dear.
    private enum UsualBytes {
        static let value = 960
        static let headers = 512
    }

    /// The name under which this gateway publishes.
    package static let sourceService = "order-gateway"

    /// A message whose headers let consumers route and trace it without parsing the value:
    /// CloudEvents in binary mode (Kafka protocol binding §3.2) beside the platform's own.
    package static func make(
        _ event: Event,
        topic: String,
        trace: TraceContext
    ) -> ProducerMessage {
        let envelope = event.envelope
        var value: [UInt8] = []
        value.reserveCapacity(UsualBytes.value)
        event.encode(into: &value)

        var headers = KafkaHeaders(reservingBytes: UsualBytes.headers)
        headers.append("content-type", "application/json")
        headers.append("traceparent", trace.appendParent)
        if let state = trace.state { headers.append("tracestate", state) }
        headers.append("correlation_id", envelope.correlationID)
        headers.append("ce_specversion", "1.0")
        headers.append("ce_id", envelope.eventID.append)
        headers.append("ce_type", event.payload.eventType.rawValue)
        headers.append("ce_source") { source in
            source.append(UInt8(ascii: "/"))
            source.append(contentsOf: envelope.sourceService.utf8)
        }
        headers.append("ce_time", envelope.timestamp.append)
        var key: [UInt8] = []
        key.reserveCapacity(UUID.longestText)
        event.payload.orderID.append(to: &key)
        return ProducerMessage(
            topic: topic,
            key: key,
            value: value,
            headers: headers
        )
    }
}
