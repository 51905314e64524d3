internal import Kafka
internal import Orders
internal import ReadModel
internal import Telemetry
internal import Text

/// Records the projection of a batch.
struct ProjectionTracing {
    let tracer: Tracer
    /// The group ID of the projection.
    let group: String
    /// The start of the process: what is older is read again, and was recorded before.
    let start: Timestamp

    /// The times of a batch.
    struct Times {
        /// When its records were there.
        let received: SpanTime
        /// When they were decoded.
        let decoded: SpanTime
    }

    func times(received: SpanTime) -> Times { Times(received: received, decoded: tracer.now()) }

    /// Records the spans of those records whose traces are recorded.
    ///
    /// Records are projected together, so those of a batch have the same times.
    func note(_ records: [StreamRecord], _ fetched: [FetchedRecord], _ times: Times) {
        let applied = tracer.now()
        for (record, fetched) in zip(records, fetched) {
            guard case .success(.event(let event)) = record.event,
                event.envelope.timestamp >= start,
                let span = tracer.process(fetched, event, by: group, at: times.received)
            else { continue }
            span.child("project order", .internal, at: times.decoded).end(at: applied)
            span.end(at: applied)
        }
    }
}
