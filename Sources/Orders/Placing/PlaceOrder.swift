internal import Text

/// The command to place an order, validated.
package struct PlaceOrder: Equatable, Sendable {
    package let customerID: String
    package let items: [OrderItem]
    /// The sum over the items.
    package let totalAmount: Money

    /// Reads and validates the body of `POST /orders`.
    ///
    /// - Parameter currency: What the amounts are in; an order that says another is refused.
    /// - Throws: ``OrderRejection`` with every violation there is, up to the limit.
    package static func decode(
        _ body: [UInt8],
        currency: Currency = .usd,
        limits: OrderLimits = .default
    ) throws(OrderRejection) -> PlaceOrder {
        var decoder = PlaceOrderDecoder(body, currency: currency, limits: limits)
        do throws(JSONError) {
            try decoder.readBody()
        } catch {
            throw .notJSON(error)
        }
        return try decoder.command()
    }
}
