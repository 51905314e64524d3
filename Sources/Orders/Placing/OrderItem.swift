/// A product in an order, with its number of pieces and its unit price.
package struct OrderItem: Equatable, Sendable {
    package let productID: String
    package let quantity: Int
    /// The price of one piece.
    package let unitPrice: Money

    package init(productID: String, quantity: Int, unitPrice: Money) {
        self.productID = productID
        self.quantity = quantity
        self.unitPrice = unitPrice
    }

    /// Returns the sum of the prices of items; `nil` if it is greater than ``Money/maximum``.
    package static func total(_ items: [OrderItem]) -> Money? {
        var total = Money.zero
        for item in items {
            guard let price = item.unitPrice.multiplied(by: item.quantity),
                let sum = total.adding(price)
            else { return nil }
            total = sum
        }
        return total
    }
}
