package import Text

/// Where an order stands.
package enum OrderStatus: String, Sendable, CaseIterable {
    case pending, confirmed, cancelled
}

/// What is known of an order: independent facts, which together decide the status.
///
/// It does not matter how the topics interleave, nor how often an event is seen:
///
/// - Of several creations the first that is seen counts. They have one key, so they stand in one
///   partition, and every replay sees them in the same order.
/// - Reservations, failures and cancellations may come from several services, in several topics. The
///   earliest by its own timestamp counts. Events of one millisecond are told apart by what is stored
///   of them: a failure counts before a reservation, of two failures the one whose reason sorts first
///   by its bytes, of two cancellations the one with the lower cause, then the reason that sorts
///   first.
///
/// ``updatedAt`` follows from the facts that count, and so is the same after every replay.
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
