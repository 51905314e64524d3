extension EventRegistry {
    /// Reads a record's value.
    ///
    /// Unknown members are ignored, and their order does not matter.
    ///
    /// - Throws: ``EventError``
    package func decode(_ bytes: [UInt8]) throws(EventError) -> DecodedEvent {
        guard bytes.count <= Event.Limits.bytes else {
            throw .tooLarge(bytes: bytes.count, limitBytes: Event.Limits.bytes)
        }
        var decoder = EventDecoder(bytes)
        try decoder.readEnvelope()
        return try decoder.event(self)
    }
}

/// Reads the envelope first; what it says decides how the data is read.
private struct EventDecoder {
    private var source: EventSource
    private var type: String?
    private var version: String?
    private var eventID: EventID?
    private var timestamp: Timestamp?
    private var correlationID: String?
    private var sourceService: String?
    private var traceID: TraceID?
    private var spanID: SpanID?
    /// Where the data begins.
    private var data: Int?
    /// What is wrong with the envelope: it counts only if the type is one that is known here.
    private var problem: EventError?

    init(_ bytes: [UInt8]) {
        source = EventSource(bytes)
    }

    mutating func readEnvelope() throws(EventError) {
        guard try source.enterObject() else {
            // What is no JSON at all is told as that.
            try source.skip()
            try source.finish()
            throw .wrongType(pointer: "", expected: "an object")
        }
        while let key = try source.nextKey() {
            do throws(EventError) {
                try readMember(key)
            } catch {
                if case .notJSON = error { throw error }
                problem = problem ?? error
            }
        }
        try source.finish()
    }

    private mutating func readMember(_ key: JSONString) throws(EventError) {
        if source.isKey(key, "event_type") {
            type = try source.text("/event_type")
        } else if source.isKey(key, "event_version") {
            version = try source.text("/event_version")
        } else if source.isKey(key, "event_id") {
            eventID = try source.uuid("/event_id")
        } else if source.isKey(key, "timestamp") {
            timestamp = try source.value("/timestamp", "must be an RFC 3339 timestamp") {
                Timestamp($0)
            }
        } else if source.isKey(key, "correlation_id") {
            correlationID = try source.text("/correlation_id")
        } else if source.isKey(key, "source_service") {
            sourceService = try source.text("/source_service")
        } else if source.isKey(key, "trace_id") {
            traceID = try source.value("/trace_id", "must be 32 lower-case hex digits, not all 0") {
                TraceID($0)
            }
        } else if source.isKey(key, "span_id") {
            spanID = try source.value("/span_id", "must be 16 lower-case hex digits, not all 0") {
                SpanID($0)
            }
        } else if source.isKey(key, "data") {
            data = try source.passOverObject("/data")
        } else {
            try source.skip()
        }
    }

    mutating func event(_ registry: EventRegistry) throws(EventError) -> DecodedEvent {
        guard let name = type else { throw problem ?? .missing(pointer: "/event_type") }
        guard let type = EventType(rawValue: name) else { return .unknownType(name) }
        guard let text = version else { throw problem ?? .missing(pointer: "/event_version") }
        guard let version = EventVersion(rawValue: text),
            let read = registry.handler(of: type, version)
        else { throw .unknownVersion(type: type, version: text) }
        if let problem { throw problem }
        let envelope = EventEnvelope(
            eventID: try require(eventID, "/event_id"),
            timestamp: try require(timestamp, "/timestamp"),
            correlationID: try require(correlationID, "/correlation_id"),
            sourceService: try require(sourceService, "/source_service"),
            traceID: try require(traceID, "/trace_id"),
            spanID: try require(spanID, "/span_id"),
            version: version
        )
        source.rewind(to: try require(data, "/data"))
        return .event(Event(envelope: envelope, payload: try read(&source)))
    }
}

/// A member that has to be there.
func require<Value>(
    _ value: Value?,
    _ pointer: @autoclosure () -> String
) throws(EventError) -> Value {
    guard let value else { throw .missing(pointer: pointer()) }
    return value
}
