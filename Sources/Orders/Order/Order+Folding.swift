internal import Text

extension Order {
    /// Applies an event to the order.
    ///
    /// A second application of the same event changes nothing.
    ///
    /// - Parameter event: An event of this order.
    /// - Returns: Whether the order has changed.
    package mutating func fold(_ event: Event) -> Bool {
        precondition(id == event.payload.orderID, "an event was folded into another order")
        switch event.payload {
        case .orderCreated(let data):
            // A comparison with `nil` would copy it.
            if case .some = creation { return false }
            creation = Creation(
                content: data.content,
                totalAmount: data.totalAmount,
                currency: data.currency,
                at: event.envelope.timestamp,
                correlation: event.envelope.correlation,
                traceID: event.envelope.traceID
            )
        case .orderCancelled(let data):
            let fact = Cancellation(data, at: event.envelope.timestamp)
            guard fact.counts(before: cancellation) else { return false }
            cancellation = fact
        case .inventoryReserved:
            let fact = Reservation.reserved(at: event.envelope.timestamp)
            guard fact.counts(before: reservation) else { return false }
            reservation = fact
        case .inventoryReservationFailed(let data):
            let fact = Reservation(data, at: event.envelope.timestamp)
            guard fact.counts(before: reservation) else { return false }
            reservation = fact
        }
        return true
    }

    /// Returns the order after an event.
    ///
    /// - Parameter order: The order before the event; `nil` if nothing is known about it.
    package static func folding(_ order: Order?, _ event: Event) -> Order {
        var order = order ?? Order(id: event.payload.orderID)
        _ = order.fold(event)
        return order
    }
}

extension Order.Cancellation {
    init(_ data: OrderCancelled, at time: Timestamp) {
        self.init(at: time, reason: data.reason, causedBy: data.causedBy)
    }
}

extension Order.Reservation {
    init(_ data: InventoryReservationFailed, at time: Timestamp) {
        self = .failed(at: time, reason: data.reason)
    }
}
