/// Something that happened to an order.
package struct Event: Equatable, Sendable {
    package enum Limits {
        /// Largest value that is read as an event, in bytes: ten times what the largest order makes.
        package static let bytes = 256 * 1024
        /// Longest text of a foreign event, in bytes: ids, reasons, names.
        package static let textBytes = 1024
        /// Most items in a foreign order, which need not keep to this gateway's own limit.
        package static let items = 1000
    }

    package let envelope: EventEnvelope
    package let payload: EventPayload

    package init(envelope: EventEnvelope, payload: EventPayload) {
        self.envelope = envelope
        self.payload = payload
    }
}

/// What a record turned out to be.
package enum DecodedEvent: Equatable, Sendable {
    case event(Event)
    /// An event of a type that nobody here has heard of: adding a type is a compatible change.
    case unknownType(String)
}
