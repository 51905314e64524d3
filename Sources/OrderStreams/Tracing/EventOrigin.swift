internal import Kafka
package import Orders
package import Text

/// The trace in which an event was published, as far as it is known.
package struct EventOrigin: Equatable, Sendable {
    package let traceID: TraceID
    /// The span that published the event; `nil` if none is known.
    package let spanID: SpanID?
    /// The flags of the trace; `nil` if they are not known.
    package let flags: UInt8?
    package let state: String?

    /// Finds the trace of an event in its value and in its headers.
    ///
    /// Events of this program have the ids in the value, and the flags only in the headers. Events
    /// of other services may have the ids only in the headers, or have none.
    ///
    /// - Parameter header: Returns the value of the event's first Kafka header with a name.
    package init(_ envelope: EventEnvelope, header: (String) -> [UInt8]?) {
        let parent = header("traceparent").flatMap { TraceParent($0[...]) }
        let hasTrace = envelope.traceID != TraceID(derivedFrom: envelope.eventID)
        let hasSpan = envelope.spanID != SpanID(derivedFrom: envelope.eventID)
        let parentID =
            if let parent, !hasTrace || parent.traceID == envelope.traceID {
                parent.parentID
            } else {
                hasTrace && hasSpan ? envelope.spanID : nil
            }
        traceID = hasTrace ? envelope.traceID : parent?.traceID ?? envelope.traceID
        spanID = parentID
        flags = parent?.flags
        state = Self.state(header("tracestate"))
    }

    /// Reads the origin of a record that is no event.
    ///
    /// - Returns: `nil` if the record has no valid `traceparent`.
    init?(headers: [KafkaHeader]) {
        guard let value = DeadLetterHeader.bytes("traceparent", in: headers),
            let parent = TraceParent(value[...])
        else { return nil }
        traceID = parent.traceID
        spanID = parent.parentID
        flags = parent.flags
        state = Self.state(DeadLetterHeader.bytes("tracestate", in: headers))
    }

    /// Returns the `tracestate` of a record, if it is one.
    ///
    /// A record's headers may have any size. What follows from the record has to fit into its topic,
    /// and spans wait in memory.
    private static func state(_ header: [UInt8]?) -> String? {
        guard let header, TraceParent.isSound(state: header.span) else { return nil }
        return String(decoding: header, as: UTF8.self)
    }

    /// Returns the context of what follows from the event.
    ///
    /// - Parameter isSampled: Whether it is recorded; `nil` to pass on the flags of the event.
    package func following(spanID: SpanID, isSampled: Bool?) -> TraceContext {
        var flags = flags ?? 0
        if let isSampled {
            flags &= ~TraceContext.sampledFlag
            if isSampled { flags |= TraceContext.sampledFlag }
        }
        return TraceContext(traceID: traceID, spanID: spanID, flags: flags, state: state)
    }
}
