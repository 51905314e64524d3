/// Something that happened to an order.
package struct Event: Equatable, Sendable {
    package enum Limits {
        /// The largest value that is read as an event, in bytes: ten times the event of the largest order.
        package static let bytes = 256 * 1024
        /// The longest text in an event of another service, in bytes.
        package static let textBytes = 1024
        /// The most items in an event of another service: ``OrderLimits`` need not hold there.
        package static let items = 1000
    }

    /// Values of members that an event of another service leaves out.
    package enum Defaults {
        package static let sourceService = "unknown"
        /// The reason of a cancellation, or of a reservation that failed.
        package static let reason = "unspecified"
    }

    package let envelope: EventEnvelope
    package let payload: EventPayload

    package init(envelope: EventEnvelope, payload: EventPayload) {
        self.envelope = envelope
        self.payload = payload
    }
}

/// What a record contains.
package enum DecodedEvent: Equatable, Sendable {
    case event(Event)
    /// An event of a type that this program does not know. It is no error: adding a type is a compatible
    /// change.
    case unknownType(String)
}
