internal import HTTPServer
package import Orders
internal import Text

extension Problem {
    /// Creates the error response for a rejected order.
    package init(_ rejection: OrderRejection) {
        switch rejection {
        case .notJSON(let error):
            self.init(
                .badRequest,
                "The body is not valid JSON: \(error.reason) at byte \(error.offset)."
            )
        case .wrongShape(let violations):
            self.init(.badRequest, "The body does not have the shape of an order.")
            self.violations = violations
        case .invalid(let violations):
            self.init(.unprocessableContent, "The order is not valid.")
            self.violations = violations
        }
    }
}
