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
        Money.total(of: items) { $0.unitPrice.multiplied(by: $0.quantity) }
    }
}

extension Money {
    /// Returns the sum of the prices of lines; `nil` if it is greater than ``Money/maximum``.
    ///
    /// - Parameter price: Returns a line's price; `nil` if it is greater than the maximum.
    static func total<Line>(of lines: [Line], _ price: (Line) -> Money?) -> Money? {
        var total = Money.zero
        for line in lines {
            guard let price = price(line), let sum = total.adding(price) else { return nil }
            total = sum
        }
        return total
    }
}
