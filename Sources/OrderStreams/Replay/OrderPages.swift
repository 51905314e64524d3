internal import Orders
internal import ReadModel
internal import Text

/// All orders of a store by ascending ID, read page by page.
struct OrderPages {
    private let store: any OrderStore
    private var page: ArraySlice<Order> = []
    private var last: OrderID?
    private var isAtEnd = false

    init(_ store: any OrderStore) {
        self.store = store
    }

    /// Returns the next order, and does not move forward.
    mutating func next() throws(StoreError) -> Order? {
        if page.isEmpty, !isAtEnd {
            let orders = try store.orders(after: last, limit: Replay.Limits.ordersPerPage)
            isAtEnd = orders.count < Replay.Limits.ordersPerPage
            last = orders.last?.id ?? last
            page = orders[...]
        }
        return page.first
    }

    /// Returns the next order and moves forward, if the order has this ID.
    mutating func take(_ id: OrderID) throws(StoreError) -> Order? {
        guard let order = try next(), order.id == id else { return nil }
        page.removeFirst()
        return order
    }
}
