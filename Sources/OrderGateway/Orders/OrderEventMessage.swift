package import Kafka
package import Orders

/// How an event travels: its key, its value and its Kafka headers.
package enum OrderEventMessage {
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
        value.reserveCapacity(1024)
        event.encode(into: &value)

        var headers: [KafkaHeader] = []
        headers.reserveCapacity(9)
        func add(_ name: String, _ value: [UInt8]) {
            headers.append(KafkaHeader(name: name, value: value))
        }
        add("content-type", Array("application/json".utf8))
        add("traceparent", trace.traceparent)
        if let state = trace.state { add("tracestate", Array(state.utf8)) }
        add("correlation_id", Array(envelope.correlationID.utf8))
        add("ce_specversion", Array("1.0".utf8))
        add("ce_id", text(envelope.eventID.append))
        add("ce_type", Array(event.payload.eventType.rawValue.utf8))
        add("ce_source", Array("/\(envelope.sourceService)".utf8))
        add("ce_time", text(envelope.timestamp.append))
        return ProducerMessage(
            topic: topic,
            key: text(event.payload.orderID.append),
            value: value,
            headers: headers
        )
    }

    private static func text(_ append: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        append(&bytes)
        return bytes
    }
}
