/// A change of an order, with its view after the change.
package struct OrderChange: Sendable {
    package let id: OrderID
    package let status: OrderStatus
    /// What was ordered, and by whom.
    package let content: OrderContent
    package let view: OrderView

    package init(id: OrderID, status: OrderStatus, content: OrderContent, view: OrderView) {
        self.id = id
        self.status = status
        self.content = content
        self.view = view
    }
}
