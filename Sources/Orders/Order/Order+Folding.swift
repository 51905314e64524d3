extension Order {
    /// The order after an event.
    ///
    /// Pure; an event seen again changes nothing.
    ///
    /// - Parameter order: What was known before; it has to be the event's own order.
    package static func folding(_ order: Order?, _ event: Event) -> Order {
        var order = order ?? Order(id: event.payload.orderID)
        precondition(order.id == event.payload.orderID, "an event was folded into another order")
        let time = event.envelope.timestamp
        switch event.payload {
        case .orderCreated(let data):
            order.creation =
                order.creation
                ?? Creation(
                    customerID: data.customerID,
                    items: data.items,
                    totalAmount: data.totalAmount,
                    currency: data.currency,
                    at: time,
                    correlationID: event.envelope.correlationID,
                    traceID: event.envelope.traceID
                )
        case .orderCancelled(let data):
            order.cancellation =
                order.cancellation
                ?? Cancellation(at: time, reason: data.reason, causedBy: data.causedBy)
        case .inventoryReserved:
            order.reservation = order.reservation ?? .reserved(at: time)
        case .inventoryReservationFailed(let data):
            order.reservation = order.reservation ?? .failed(at: time, reason: data.reason)
        }
        return order
    }
}
