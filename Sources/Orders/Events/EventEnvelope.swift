package import Text

/// The members that all types of events have.
package struct EventEnvelope: Equatable, Sendable {
    package let eventID: EventID
    package let timestamp: Timestamp
    package let correlationID: CorrelationID
    /// The service that published the event.
    package let sourceService: String
    package let traceID: TraceID
    package let spanID: SpanID
    package let version: EventVersion

    package init(
        eventID: EventID,
        timestamp: Timestamp,
        correlationID: CorrelationID,
        sourceService: String,
        traceID: TraceID,
        spanID: SpanID,
        version: EventVersion
    ) {
        self.eventID = eventID
        self.timestamp = timestamp
        self.correlationID = correlationID
        self.sourceService = sourceService
        self.traceID = traceID
        self.spanID = spanID
        self.version = version
    }
}
