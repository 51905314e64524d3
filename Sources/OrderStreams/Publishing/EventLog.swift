package import Kafka
internal import Orders
internal import ReadModel
package import Telemetry
internal import Text

/// Logs single events at level debug, with ids and places and nothing else of them.
///
/// The services of the platform log the same two messages with the same fields, so that one search
/// finds the way of an order through all of them.
package struct EventLog: Sendable {
    private let logger: Logger

    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// Whether events are logged at all; everything else here costs nothing if not.
    private var isOn: Bool { logger.isEnabled(.debug) }

    // MARK: Published

    /// Returns the fields of an event that is about to be published; `nil` if it is not logged.
    ///
    /// So nobody has to keep the message until the broker has acknowledged it.
    package func fields(of message: ProducerMessage) -> Logger.Metadata? {
        isOn ? message.logFields : nil
    }

    /// - Parameter fields: The result of ``fields(of:)``.
    package func published(_ fields: Logger.Metadata, at place: Acknowledgement) {
        logger.debug(
            "Event published",
            metadata: fields.merging([
                "partition": "\(place.partition)", "offset": "\(place.offset)",
            ]) { $1 }
        )
    }

    // MARK: Processed

    /// - Parameter consumer: The part that has processed the events, such as `projection`.
    func processed(_ records: [StreamRecord], by consumer: String) {
        guard isOn else { return }
        for record in records {
            guard case .success(.event(let event)) = record.event else { continue }
            var fields = event.logFields
            fields["topic"] = record.topic
            fields["partition"] = "\(record.partition)"
            fields["offset"] = "\(record.offset)"
            fields["consumer"] = consumer
            logger.debug("Event processed", metadata: fields)
        }
    }
}

extension Event {
    fileprivate var logFields: Logger.Metadata {
        [
            "correlation_id": envelope.correlationID, "trace_id": "\(envelope.traceID)",
            "span_id": "\(envelope.spanID)", "event_type": payload.eventType.rawValue,
            "event_id": "\(envelope.eventID)", "order_id": "\(payload.orderID)",
        ]
    }
}

extension ProducerMessage {
    /// The fields in the headers and the key of an event's message.
    fileprivate var logFields: Logger.Metadata {
        var fields = ["topic": topic]
        if let key { fields["order_id"] = String(decoding: key, as: UTF8.self) }
        for header in headers {
            guard let value = header.value else { continue }
            switch header.name {
            case "ce_id": fields["event_id"] = String(decoding: value, as: UTF8.self)
            case "ce_type": fields["event_type"] = String(decoding: value, as: UTF8.self)
            case "correlation_id":
                fields["correlation_id"] = String(decoding: value, as: UTF8.self)
            case "traceparent":
                guard let parent = TraceParent(value[...]) else { continue }
                fields["trace_id"] = "\(parent.traceID)"
                fields["span_id"] = "\(parent.parentID)"
            default: continue
            }
        }
        return fields
    }
}
