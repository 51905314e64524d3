internal import Text

/// The command to place an order, validated.
package struct PlaceOrder: Equatable, Sendable {
    package let customerID: String
    package let items: [OrderItem]
    /// The sum of the items' prices.
    package let totalAmount: Money

    /// Reads and validates the body of `POST /orders`.
    ///
    /// - Parameter currency: The currency of all amounts; another currency is rejected.
    /// - Throws: ``OrderRejection`` with all violations, up to the limit.
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
