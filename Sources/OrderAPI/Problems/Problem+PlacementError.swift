internal import HTTPServer
package import Orders
internal import Text

extension Problem {
    enum RetryAfter {
        /// What `Retry-After` asks of a client, in seconds: about as long as a broker's leader
        /// election or restart takes.
        static let seconds = 2
    }

    /// What a client is told about an order whose event could not be published.
    ///
    /// Only 503 (certainly not published), 504 (unknown) and 413 are ever answered here.
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
            // No `Retry-After`: it takes an operator.
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
