package import Text

/// The members that all types of events have.
package struct EventEnvelope: Equatable, Sendable {
    package let eventID: EventID
    package let timestamp: Timestamp
    package let correlation: Correlation
    /// The service that published the event.
    package let sourceService: String
    package let traceID: TraceID
    package let spanID: SpanID
    package let version: EventVersion

    package init(
        eventID: EventID,
        timestamp: Timestamp,
        correlation: Correlation,
        sourceService: String,
        traceID: TraceID,
        spanID: SpanID,
        version: EventVersion
    ) {
        self.eventID = eventID
        self.timestamp = timestamp
        self.correlation = correlation
        self.sourceService = sourceService
        self.traceID = traceID
        self.spanID = spanID
        self.version = version
    }

    package init(
        eventID: EventID,
        timestamp: Timestamp,
        correlationID: String,
        sourceService: String,
        traceID: TraceID,
        spanID: SpanID,
        version: EventVersion
    ) {
        self.init(
            eventID: eventID,
            timestamp: timestamp,
            correlation: Correlation(correlationID),
            sourceService: sourceService,
            traceID: traceID,
            spanID: spanID,
            version: version
        )
    }

    package var correlationID: String { correlation.description }
}
