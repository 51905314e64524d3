internal import Text

extension EventRegistry {
    /// Decodes the value of a record.
    ///
    /// Unknown members are ignored, and the order of the members does not matter. Other services
    /// may omit some members or spell them differently, if the meaning is clear (docs/events.md has
    /// the table). The result depends only on the value, so every decoding gives the same event.
    ///
    /// - Throws: ``EventError``
    package func decode(_ bytes: Span<UInt8>) throws(EventError) -> DecodedEvent {
        if let event = ownEvent(bytes) { return .event(event) }
        return try decodeAnyForm(bytes.withUnsafeBufferPointer { Array($0) })
    }

    /// Does the same for a value that has been copied.
    package func decode(_ bytes: [UInt8]) throws(EventError) -> DecodedEvent {
        if let event = ownEvent(bytes.span) { return .event(event) }
        return try decodeAnyForm(bytes)
    }

    /// Decodes the value if it has the form that this program writes.
    func ownEvent(_ bytes: Span<UInt8>) -> Event? {
        guard understands(.v1_0), bytes.count <= Event.Limits.bytes else { return nil }
        return OwnFormReader.event(bytes, in: currency)
    }

    /// Decodes the value as any JSON.
    func decodeAnyForm(_ bytes: [UInt8]) throws(EventError) -> DecodedEvent {
        guard bytes.count <= Event.Limits.bytes else {
            throw .tooLarge(bytes: bytes.count, limitBytes: Event.Limits.bytes)
        }
        var decoder = EventDecoder(bytes, registry: self)
        try decoder.readEnvelope()
        return try decoder.event()
    }
}

/// Reads the envelope, and the data according to the envelope.
///
/// If ID, type and version come before the data, the data is read in the same pass. The events of
/// this system have this form. Otherwise the data is skipped first and read after the envelope.
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
    /// The first error in the envelope.
    ///
    /// It is ignored if the event's type is unknown.
    private var problem: EventError?

    /// The member `data`.
    private struct ReadData {
        /// The position of the first byte.
        let start: Int
        /// The result; `nil` if the data has only been skipped.
        var reading: Reading?
    }

    /// The result of reading the data for a type and version.
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
            // If the value is not JSON at all, these calls throw `notJSON` instead.
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
            // If the data was read before, it may use an earlier ID as its cause.
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

    /// Reads the data, or skips it if it is not valid.
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
            // The event may have a version that could not be read.
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

    /// Returns the envelope.
    ///
    /// Omitted members get values derived from the ID of the event.
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
        // If a type or version occurs twice, the second one counts. The data may have been read for
        // the first one.
        if let reading = data.reading, reading.type == type, reading.version == version {
            return try reading.payload.get()
        }
        source.rewind(to: data.start)
        return try registry.read(type, version, of: eventID, &source)
    }
}

/// Returns the value of a required member.
func require<Value>(
    _ value: Value?,
    _ pointer: @autoclosure () -> String
) throws(EventError) -> Value {
    guard let value else { throw .missing(pointer: pointer()) }
    return value
}
