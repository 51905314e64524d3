/// Where an order stands.
package enum OrderStatus: String, Sendable, CaseIterable {
    case pending, confirmed, cancelled
}

/// What is known of an order: independent facts, each written once.
///
/// A fact comes from one topic, and within a topic the first event of its kind wins; the facts
/// together decide the status. So it does not matter how the topics interleave, nor how often an
/// event is seen.
package struct Order: Equatable, Sendable {
    package struct Creation: Equatable, Sendable {
        package let customerID: String
        package let items: [OrderItem]
        package let totalAmount: Money
        package let currency: Currency
        package let at: Timestamp
        package let correlationID: String
        package let traceID: TraceID

        package init(
            customerID: String,
            items: [OrderItem],
            totalAmount: Money,
            currency: Currency,
            at time: Timestamp,
            correlationID: String,
            traceID: TraceID
        ) {
            self.customerID = customerID
            self.items = items
            self.totalAmount = totalAmount
            self.currency = currency
            self.at = time
            self.correlationID = correlationID
            self.traceID = traceID
        }
    }

    /// What the inventory service answered.
    package enum Reservation: Equatable, Sendable {
        case reserved(at: Timestamp)
        case failed(at: Timestamp, reason: String)

        package var at: Timestamp {
            switch self {
            case .reserved(let time), .failed(let time, _): time
            }
        }
    }

    package struct Cancellation: Equatable, Sendable {
        package let at: Timestamp
        package let reason: String
        package let causedBy: EventID

        package init(at time: Timestamp, reason: String, causedBy: EventID) {
            self.at = time
            self.reason = reason
            self.causedBy = causedBy
        }
    }

    package let id: OrderID
    /// `nil` while only later events have been seen, such as in a replay.
    package var creation: Creation?
    package var reservation: Reservation?
    package var cancellation: Cancellation?

    package init(id: OrderID) {
        self.id = id
    }

    package var status: OrderStatus {
        if cancellation != nil { return .cancelled }
        if case .reserved = reservation { return .confirmed }
        return .pending
    }

    /// Why it was cancelled or, until that is done, why it cannot be confirmed.
    package var reason: String? {
        if let cancellation { return cancellation.reason }
        if case .failed(_, let reason) = reservation { return reason }
        return nil
    }

    /// The time of the latest fact; `nil` when there is none.
    package var updatedAt: Timestamp? {
        [creation?.at, reservation?.at, cancellation?.at].compactMap(\.self).max()
    }
}
