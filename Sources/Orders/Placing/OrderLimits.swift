/// The limits of an order that a client places.
package struct OrderLimits: Sendable {
    /// The longest customer or product ID, in Unicode scalars.
    package var idCharacters = 64
    /// The most items of an order.
    ///
    /// With the longest IDs, the event of such an order has about 20 KB.
    package var items = 100
    /// The most pieces of one item.
    package var quantity = 10_000
    /// The most violations in one response.
    ///
    /// It limits the size of the response.
    package var violations = 100

    package init() {}

    package static let `default` = OrderLimits()
}
