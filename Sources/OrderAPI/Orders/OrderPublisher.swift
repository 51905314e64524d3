package import Orders

/// What the routes need of the event log: the events of orders are published to it.
package protocol OrderPublisher: Sendable {
    /// Publishes the event of a new order, and waits until the broker has acknowledged it.
    ///
    /// - Throws: ``PlacementError``: the event is certainly not published, or nobody knows.
    func place(
        _ order: PlaceOrder,
        as id: OrderID,
        context: RequestContext
    ) async throws(PlacementError) -> EventPlace
}

/// Where an event stands in the log.
package struct EventPlace: Equatable, Sendable {
    package let partition: Int32
    package let offset: Int64

    package init(partition: Int32, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}

/// Why an order's event was not published, or may not have been.
package struct PlacementError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// Not published: no broker has been reached since the start.
        case starting
        /// Not published: the producer is closed already.
        case stopping
        /// Not published: too many events wait for the broker.
        case overloaded
        /// Not published: the broker cannot be reached, or cannot take it now.
        case unavailable
        /// Not published: the broker does not take it until somebody changes something there.
        case refused(reason: String)
        /// Not published: the event is larger than the broker takes.
        case tooLarge
        /// The broker did not answer in time: the event may be published or not.
        case unknown
    }

    package let kind: Kind
    /// What happened, for the log.
    package let description: String

    package init(_ kind: Kind, description: String) {
        self.kind = kind
        self.description = description
    }

    /// Whether it is certain that the event is not in the topic.
    package var isOutcomeKnown: Bool { kind != .unknown }
}
