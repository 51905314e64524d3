package import Text

/// The status of an order, as clients see it.
package enum OrderStatus: String, Sendable, CaseIterable {
    case pending, confirmed, cancelled
}

/// The known facts about an order, which are independent and together decide the status.
///
/// The result depends neither on the interleaving of the topics nor on repeated events:
///
/// - If there are several creations, the first one that is read counts. All of them have the same
///   key, so they are in one partition, and every replay reads them in the same sequence.
/// - Reservations, failures and cancellations may come from several services, in several topics.
///   The one with the earliest timestamp counts. If timestamps are equal, the stored content
///   decides. A failure counts before a reservation. Of two failures, the one whose reason sorts
///   first by its bytes counts. Of two cancellations, the one with the lower cause counts, then the
///   one whose reason sorts first.
///
/// ``updatedAt`` depends only on the facts that count, so it is the same after every replay.
package struct Order: Equatable, Sendable {
    /// The content of the client's order.
    package struct Creation: Equatable, Sendable {
        package let content: OrderContent
        package let totalAmount: Money
        package let currency: Currency
        package let at: Timestamp
        package let correlation: Correlation
        package let traceID: TraceID

        package init(
            content: OrderContent,
            totalAmount: Money,
            currency: Currency,
            at time: Timestamp,
            correlation: Correlation,
            traceID: TraceID
        ) {
            self.content = content
            self.totalAmount = totalAmount
            self.currency = currency
            self.at = time
            self.correlation = correlation
            self.traceID = traceID
        }

        package init(
            customerID: String,
            items: [OrderItem],
            totalAmount: Money,
            currency: Currency,
            at time: Timestamp,
            correlationID: String,
            traceID: TraceID
        ) {
            self.init(
                content: OrderContent(customerID: customerID, items: items),
                totalAmount: totalAmount,
                currency: currency,
                at: time,
                correlation: Correlation(correlationID),
                traceID: traceID
            )
        }

        package var customerID: String { content.customerID }

        package var items: [OrderItem] { content.items }

        package var correlationID: String { correlation.description }
    }

    /// The answer of the inventory service.
    package enum Reservation: Equatable, Sendable {
        case reserved(at: Timestamp)
        case failed(at: Timestamp, reason: String)

        package var at: Timestamp {
            switch self {
            case .reserved(let time), .failed(let time, _): time
            }
        }
    }

    /// The cancellation and its reason.
    package struct Cancellation: Equatable, Sendable {
        package let at: Timestamp
        package let reason: String
        /// The event that made the cancellation necessary.
        package let causedBy: EventID

        package init(at time: Timestamp, reason: String, causedBy: EventID) {
            self.at = time
            self.reason = reason
            self.causedBy = causedBy
        }
    }

    package let id: OrderID
    /// The creation; `nil` while only other events have been read, for example in a replay.
    package var creation: Creation?
    package var reservation: Reservation?
    package var cancellation: Cancellation?
    /// The events that the facts are from.
    package var trail = EventTrail()

    package init(id: OrderID) {
        self.id = id
    }

    /// The status that follows from the facts.
    package var status: OrderStatus {
        if cancellation != nil { return .cancelled }
        if case .reserved = reservation { return .confirmed }
        return .pending
    }

    /// The reason why the order was cancelled, or will be cancelled after a failed reservation.
    package var reason: String? {
        if let cancellation { return cancellation.reason }
        if case .failed(_, let reason) = reservation { return reason }
        return nil
    }

    /// The size of the texts and items, in bytes.
    package var textBytes: Int {
        // A binding such as `if let creation` would copy it.
        var bytes = creation?.content.count ?? 0
        bytes += creation?.correlation.byteCount ?? 0
        if case .failed(_, let reason) = reservation { bytes += reason.utf8.count }
        bytes += cancellation?.reason.utf8.count ?? 0
        return bytes
    }

    /// The time of the latest fact; `nil` if there is none.
    package var updatedAt: Timestamp? {
        [creation?.at, reservation?.at, cancellation?.at].compactMap(\.self).max()
    }
}
