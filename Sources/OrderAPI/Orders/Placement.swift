package import HTTPServer
package import Orders
package import Text

/// An order that is being placed, and the request that waits for it.
///
/// It is a class, so that the answer to a request that waits refers to it and does not copy it.
package final class Placement: Sendable {
    package let order: PlaceOrder
    package let id: OrderID
    package let time: Timestamp
    let request: Request
    private let routes: OrderRoutes

    init(
        _ order: PlaceOrder,
        as id: OrderID,
        at time: Timestamp,
        _ request: Request,
        _ routes: OrderRoutes
    ) {
        self.order = order
        self.id = id
        self.time = time
        self.request = request
        self.routes = routes
    }

    package var correlation: Correlation { request.context.correlationID.correlation }
    package var trace: TraceContext { request.context.trace }

    /// Publishes the event of the order, and waits for the broker's answer.
    nonisolated(nonsending) func response() async -> Response {
        await routes.publisher.publish(self)
    }

    /// Returns the response for the place of the event, or for the reason why the event is certainly
    /// not published or the outcome is unknown.
    package func response(to outcome: Result<EventPlace, PlacementError>) -> Response {
        routes.response(to: outcome, of: self)
    }
}
