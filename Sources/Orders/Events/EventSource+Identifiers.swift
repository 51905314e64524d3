internal import Text

extension EventSource {
    /// Reads a UUID in any of the accepted spellings.
    mutating func uuid(_ pointer: @autoclosure () -> String) throws(EventError) -> UUID {
        try value(pointer(), "must be a UUID") { UUID($0) ?? UUID(lenient: $0) }
    }

    /// Reads a UUID; `nil` if it is null or empty.
    mutating func optionalUUID(
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> UUID? {
        guard let string = try optionalString(pointer()) else { return nil }
        guard let id = reader.withUTF8(string, { UUID($0) ?? UUID(lenient: $0) }) else {
            throw .invalid(pointer: pointer(), reason: "must be a UUID")
        }
        return id
    }

    /// Reads a trace ID; `nil` if it is null, empty or all zeros.
    ///
    /// Digits may be upper or lower case. A UUID is also accepted, because it has 128 bits, too.
    mutating func traceID(_ pointer: @autoclosure () -> String) throws(EventError) -> TraceID? {
        guard let string = try optionalString(pointer()) else { return nil }
        if let id = reader.withUTF8(string, { TraceID($0) }) { return id }
        guard let bits = reader.withUTF8(string, { UUID(digits: $0) }) else {
            throw .invalid(pointer: pointer(), reason: "must be 32 hexadecimal digits")
        }
        return TraceID(high: bits.high, low: bits.low)
    }

    /// Reads a span ID; `nil` if it is null, empty or all zeros.
    ///
    /// Digits may be upper or lower case. A UUID is also accepted. Its lower 64 bits become the
    /// span ID, as in a span ID derived from the ID of an event.
    mutating func spanID(_ pointer: @autoclosure () -> String) throws(EventError) -> SpanID? {
        guard let string = try optionalString(pointer()) else { return nil }
        if let id = reader.withUTF8(string, { SpanID($0) }) { return id }
        let bits = reader.withUTF8(string) { digits in
            digits.count == 16 ? HexDigits.word(digits) : UUID(digits: digits)?.low
        }
        guard let bits else {
            throw .invalid(pointer: pointer(), reason: "must be 16 hexadecimal digits")
        }
        return SpanID(bits)
    }
}
