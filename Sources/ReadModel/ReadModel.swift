package import Orders
internal import Text

/// What `GET /orders/{id}` is answered from: memory first, then the disk.
package struct ReadModel: Sendable {
    private let store: OrderStore
    private let hotView: HotView

    package init(store: OrderStore, hotView: HotView) {
        self.store = store
        self.hotView = hotView
    }

    /// The view of an order, if that needs no look at the disk.
    package func viewInMemory(of id: OrderID) -> OrderView? { hotView.view(of: id) }

    /// The view of an order, or `nil` while its creation has not been consumed.
    ///
    /// A client that asks again never sees an older state: an order leaves memory only after it was
    /// written, and a read of the disk that begins later sees what was written.
    ///
    /// - Throws: ``StoreError`` when the order is not in memory and the disk cannot be read.
    package func view(of id: OrderID) async throws(StoreError) -> OrderView? {
        if let view = hotView.view(of: id) { return view }
        return try await store.order(id).flatMap { OrderView($0) }
    }
}
