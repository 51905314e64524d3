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

    /// What stands for what a foreign event leaves out and does not say otherwise.
    package enum Defaults {
        package static let sourceService = "unknown"
        /// Why an order was cancelled, or could not be reserved.
        package static let reason = "unspecified"
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
