/// An event about an order.
package struct Event: Equatable, Sendable {
    package enum Limits {
        /// The largest value that is read as an event, in bytes: ten times the event of the largest order.
        package static let bytes = 256 * 1024
        /// The longest string in an event of another service, in bytes.
        package static let textBytes = 1024
        /// The most items in an event of another service, to which ``OrderLimits`` do not apply.
        package static let items = 1000
    }

    /// The default values of members that an event of another service omits.
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

/// The decoded content of a record.
package enum DecodedEvent: Equatable, Sendable {
    case event(Event)
    /// An event of a type that this program does not know.
    ///
    /// This is not an error, because a new type is a compatible change.
    case unknownType(String)
}
