internal import Text

extension EventSource {
    /// An identifier in any of its spellings.
    mutating func uuid(_ pointer: @autoclosure () -> String) throws(EventError) -> UUID {
        try value(pointer(), "must be a UUID") { UUID($0) ?? UUID(lenient: $0) }
    }

    /// The same, or `nil` when it is left out.
    mutating func optionalUUID(
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> UUID? {
        guard let string = try optionalString(pointer()) else { return nil }
        guard let id = reader.withUTF8(string, { UUID($0) ?? UUID(lenient: $0) }) else {
            throw .invalid(pointer: pointer(), reason: "must be a UUID")
        }
        return id
    }

    /// The id of a trace, or `nil` when it is left out or consists of zeros.
    ///
    /// Digits of either case are read, and the text form of a UUID, which has as many bits.
    mutating func traceID(_ pointer: @autoclosure () -> String) throws(EventError) -> TraceID? {
        guard let string = try optionalString(pointer()) else { return nil }
        if let id = reader.withUTF8(string, { TraceID($0) }) { return id }
        guard let bits = reader.withUTF8(string, { UUID(digits: $0) }) else {
            throw .invalid(pointer: pointer(), reason: "must be 32 hexadecimal digits")
        }
        return TraceID(high: bits.high, low: bits.low)
    }

    /// The id of a span, or `nil` when it is left out or consists of zeros.
    ///
    /// Digits of either case are read. Of a UUID the low half counts, as it does where the id is
    /// derived from the event's.
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
