internal import Text

extension EventRegistry {
    /// Reads a record's value.
    ///
    /// Unknown members are ignored, and their order does not matter. What other services leave out or
    /// spell otherwise is read if it has exactly one meaning (docs/events.md has the table), and what
    /// it becomes follows from the event alone: whenever it is read, it becomes the same.
    ///
    /// - Throws: ``EventError``
    package func decode(_ bytes: [UInt8]) throws(EventError) -> DecodedEvent {
        guard bytes.count <= Event.Limits.bytes else {
            throw .tooLarge(bytes: bytes.count, limitBytes: Event.Limits.bytes)
        }
        var decoder = EventDecoder(bytes, registry: self)
        try decoder.readEnvelope()
        return try decoder.event()
    }
}

/// Reads the envelope; what it says decides how the data is read.
///
/// Data is read where it stands if id, type and version came before it, as they do in what this
/// system writes, else when the rest has been read.
private struct EventDecoder {
    private let registry: EventRegistry
    private var source: EventSource
    private var type: ReadName<EventType>?
    private var version: ReadName<EventVersion>?
    private var eventID: EventID?
    private var timestamp: Timestamp?
    private var correlationID: String?
    private var sourceService: String?
    private var traceID: TraceID?
    private var spanID: SpanID?
    private var data: ReadData?
    /// What is wrong with the envelope: it counts only if the type is one that is known here.
    private var problem: EventError?

    /// What stands under `data`.
    private struct ReadData {
        /// Where it begins.
        let start: Int
        /// `nil` when it has only been passed over.
        var reading: Reading?
    }

    /// What data is if it is that of this type and version.
    private struct Reading {
        let type: EventType
        let version: EventVersion
        let payload: Result<EventPayload, EventError>
    }

    init(_ bytes: [UInt8], registry: EventRegistry) {
        self.registry = registry
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
            type = try source.name("/event_type")
        } else if source.isKey(key, "event_version") {
            version = try source.version("/event_version")
        } else if source.isKey(key, "event_id") {
            eventID = try source.uuid("/event_id")
            // Data that was read before may have been given the id as its cause.
            data?.reading = nil
        } else if source.isKey(key, "timestamp") {
            timestamp = try source.value("/timestamp", "must be an RFC 3339 timestamp") {
                Timestamp(lenient: $0)
            }
        } else if source.isKey(key, "correlation_id") {
            correlationID = try source.optionalText("/correlation_id")
        } else if source.isKey(key, "source_service") {
            sourceService = try source.optionalText("/source_service")
        } else if source.isKey(key, "trace_id") {
            traceID = try source.traceID("/trace_id")
        } else if source.isKey(key, "span_id") {
            spanID = try source.spanID("/span_id")
        } else if source.isKey(key, "data") {
            try readData()
        } else {
            try source.skip()
        }
    }

    private mutating func readData() throws(EventError) {
        var found = ReadData(start: try source.expectObject("/data"))
        if let eventID, case .known(let type) = type, case .known(let version) = version,
            registry.understands(version)
        {
            let payload = try read(type, version, of: eventID, from: found.start)
            found.reading = Reading(type: type, version: version, payload: payload)
        } else {
            try source.skip()
        }
        data = found
    }

    /// Reads data, or passes over what is wrong.
    private mutating func read(
        _ type: EventType,
        _ version: EventVersion,
        of eventID: EventID,
        from start: Int
    ) throws(EventError) -> Result<EventPayload, EventError> {
        do throws(EventError) {
            return .success(try registry.read(type, version, of: eventID, &source))
        } catch {
            if case .notJSON = error { throw error }
            source.rewind(to: start)
            try source.skip()
            return .failure(error)
        }
    }

    mutating func event() throws(EventError) -> DecodedEvent {
        let type: EventType
        switch self.type {
        case .known(let name): type = name
        case .other(let name): return .unknownType(name)
        case nil: throw problem ?? .missing(pointer: "/event_type")
        }
        let version: EventVersion
        switch self.version {
        case .known(let name): version = name
        case .other(let name): throw .unknownVersion(type: type, version: name)
        case nil:
            // It may also be one that could not be read.
            if let problem { throw problem }
            version = .v1_0
        }
        guard registry.understands(version) else {
            throw .unknownVersion(type: type, version: version.rawValue)
        }
        if let problem { throw problem }
        let envelope = try envelope(version)
        let payload = try payload(type, version, of: envelope.eventID)
        return .event(Event(envelope: envelope, payload: payload))
    }

    /// The envelope; what is left out follows from the event's id.
    @inline(__always)
    private func envelope(_ version: EventVersion) throws(EventError) -> EventEnvelope {
        let eventID = try require(eventID, "/event_id")
        return EventEnvelope(
            eventID: eventID,
            timestamp: try require(timestamp, "/timestamp"),
            correlationID: correlationID ?? eventID.description,
            sourceService: sourceService ?? Event.Defaults.sourceService,
            traceID: traceID ?? TraceID(derivedFrom: eventID),
            spanID: spanID ?? SpanID(derivedFrom: eventID),
            version: version
        )
    }

    private mutating func payload(
        _ type: EventType,
        _ version: EventVersion,
        of eventID: EventID
    ) throws(EventError) -> EventPayload {
        let data = try require(data.take(), "/data")
        // A member that is there twice counts as what it is the second time.
        if let reading = data.reading, reading.type == type, reading.version == version {
            return try reading.payload.get()
        }
        source.rewind(to: data.start)
        return try registry.read(type, version, of: eventID, &source)
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
