internal import HTTPServer
package import Orders
internal import Text

extension Problem {
    enum RetryAfter {
        /// The value of `Retry-After` in seconds: about the duration of a leader election or a
        /// restart of a broker.
        static let seconds = 2
    }

    /// Creates the error response for an order whose event could not be published.
    ///
    /// The status is always 503 (certainly not published), 504 (unknown) or 413.
    package init(_ error: PlacementError, orderID: OrderID) {
        switch error.kind {
        case .starting, .stopping, .overloaded, .unavailable:
            self.init(
                .serviceUnavailable,
                "The order was not accepted: \(Self.reason(error.kind)). It is safe to send it again."
            )
            isRetriable = true
            fields = [(.retryAfter, "\(RetryAfter.seconds)")]
        case .refused(let reason):
            // Without `Retry-After`, because an operator must act first.
            self.init(
                .serviceUnavailable,
                "The order was not accepted: the broker refuses orders: \(reason)."
            )
        case .tooLarge:
            self.init(.contentTooLarge, "The order makes an event larger than the broker takes.")
        case .unknown:
            self.init(
                .gatewayTimeout,
                "The broker did not answer in time, so the order may or may not have been accepted."
                    + " Ask for it at its location before sending it again, which could place a"
                    + " second order."
            )
            self.orderID = orderID
            fields = [(.location, "/orders/\(orderID)")]
        }
    }

    private static func reason(_ kind: PlacementError.Kind) -> String {
        switch kind {
        case .overloaded: "too many orders are waiting for the broker"
        case .stopping: "the gateway is stopping"
        case .starting: "the gateway is starting"
        case .unavailable, .refused, .tooLarge, .unknown: "the broker is unavailable"
        }
    }
}
