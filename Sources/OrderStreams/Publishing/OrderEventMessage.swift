package import Kafka
package import Orders
package import Text

/// The Kafka message of an event: its key, its value and its headers.
package enum OrderEventMessage {
    /// The sizes that are sufficient for most events and their headers.
    ///
    /// They stay below the limit of the allocator's fast path in the C library (1,032 bytes
    /// including its own header and the header of the array). A larger allocation costs several
    /// times as much.
    private enum UsualBytes {
        static let value = 960
        static let headers = 512
    }

    /// The name of this gateway as the source of events.
    package static let sourceService = "order-gateway"

    /// Returns a message whose headers let consumers route and trace it without parsing the value.
    ///
    /// It has the headers of CloudEvents in binary mode (Kafka protocol binding §3.2) and the
    /// headers of the platform.
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
