package import HTTPServer

/// The event log as the routes use it: they publish the events of orders to it.
package protocol OrderPublisher: Sendable {
    /// Publishes the event of a new order, waits until the broker has acknowledged it, and returns the
    /// placement's response to the outcome.
    nonisolated(nonsending) func publish(_ placement: Placement) async -> Response
}

/// The place of an event in the log.
package struct EventPlace: Equatable, Sendable {
    package let partition: Int32
    package let offset: Int64

    package init(partition: Int32, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}

/// The reason why an order's event was not published, or may not have been published.
package struct PlacementError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// Not published: no broker has been reached since the start.
        case starting
        /// Not published: the producer is already closed.
        case stopping
        /// Not published: too many events wait for the broker.
        case overloaded
        /// Not published: the broker cannot be reached, or cannot accept the event now.
        case unavailable
        /// Not published: the broker refuses the event until a person changes something there.
        case refused(reason: String)
        /// Not published: the event is larger than the broker accepts.
        case tooLarge
        /// The broker did not answer in time, and the event may or may not be published.
        case unknown
    }

    package let kind: Kind
    /// The description of the error for the log.
    package let description: String

    package init(_ kind: Kind, description: String) {
        self.kind = kind
        self.description = description
    }

    /// Whether the event is certainly not in the topic.
    package var isOutcomeKnown: Bool { kind != .unknown }
}
