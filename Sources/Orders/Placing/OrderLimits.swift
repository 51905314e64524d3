/// What an order may hold.
package struct OrderLimits: Sendable {
    /// Longest customer or product id, in characters.
    package var idCharacters = 64
    /// Most items of one order; with the longest ids its event is about 20 KB.
    package var items = 100
    /// Most pieces of one item.
    package var quantity = 10_000
    /// Most violations told at once: enough to mend an order, too few to make the answer a burden.
    package var violations = 100

    package init() {}

    package static let `default` = OrderLimits()
}
