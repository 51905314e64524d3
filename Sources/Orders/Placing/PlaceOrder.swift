/// The command to place an order, validated.
package struct PlaceOrder: Equatable, Sendable {
    package let customerID: String
    package let items: [OrderItem]
    /// The sum over the items.
    package let totalAmount: Money

    /// Reads and validates the body of `POST /orders`.
    ///
    /// - Throws: ``OrderRejection`` with every violation there is, up to the limit.
    package static func decode(
        _ body: [UInt8],
        limits: OrderLimits = .default
    ) throws(OrderRejection) -> PlaceOrder {
        var decoder = PlaceOrderDecoder(body, limits: limits)
        do throws(JSONError) {
            try decoder.readBody()
        } catch {
            throw .notJSON(error)
        }
        return try decoder.command()
    }
}
