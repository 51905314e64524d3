package import Kafka
package import Orders
package import Telemetry
internal import Text

// Spans of consumed records.
extension Tracer {
    /// Begins to process a record, if its trace is recorded.
    ///
    /// - Parameters:
    ///   - group: The group ID of the consumer.
    ///   - start: The time of the beginning; `nil` for now.
    package func process(
        _ record: FetchedRecord,
        _ event: Event,
        by group: String,
        at start: SpanTime? = nil
    ) -> ActiveSpan? {
        guard mayBeSampled(event) else { return nil }
        let origin = EventOrigin(event.envelope, header: record.header)
        guard let span = process(record, origin, by: group, at: start) else { return nil }
        span.set("messaging.kafka.message.key", "\(event.payload.orderID)")
        span.set("messaging.message.id", "\(event.envelope.eventID)")
        span.set("event_type", event.payload.eventType.rawValue)
        span.set("correlation_id", event.envelope.correlationID)
        return span
    }

    /// Begins to process a record that is no event, if it names a trace that is recorded.
    func process(
        _ record: FetchedRecord,
        failedWith error: EventError,
        by group: String
    ) -> ActiveSpan? {
        guard let origin = EventOrigin(headers: record.headers) else { return nil }
        let span = process(record, origin, by: group, at: nil)
        span?.fail(error.kind, "\(error)")
        return span
    }

    /// Whether the headers of an event are worth a look.
    ///
    /// librdkafka makes a list of all headers for one, with memory of its own for each. So what the
    /// event alone says has to do where it can: a gateway marks the spans that it records. In events
    /// of other services and in cancellations, which are few, the span says nothing.
    private func mayBeSampled(_ event: Event) -> Bool {
        let envelope = event.envelope
        guard sampler.followsParent else {
            return sampler.samples(envelope.traceID, parentFlags: nil)
                // The trace may be in the headers alone.
                || envelope.traceID == TraceID(derivedFrom: envelope.eventID)
        }
        return envelope.spanID.isMarkedAsSampled
            || event.payload.eventType != .orderCreated
            || envelope.sourceService != OrderEventMessage.sourceService
    }

    private func process(
        _ record: FetchedRecord,
        _ origin: EventOrigin,
        by group: String,
        at start: SpanTime?
    ) -> ActiveSpan? {
        guard sampler.samples(origin.traceID, parentFlags: origin.flags) else { return nil }
        let span = begin(
            "process \(record.topic)",
            .consumer,
            origin.following(spanID: newSpanID(), isSampled: true),
            parent: origin.spanID.map { Span.Parent($0, isRemote: true) },
            at: start
        )
        span.setTopic(record.topic, operation: "process")
        span.setPlace(partition: record.partition, offset: record.offset)
        span.set("messaging.consumer.group.name", group)
        return span
    }
}
