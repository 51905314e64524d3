package import Orders
internal import Text

/// Reads the state of orders, from memory first and then from the store.
package struct ReadModel: Sendable {
    private let store: any OrderStore
    private let hotView: HotView
    private let observer: (any ReadModelObserver)?

    package init(
        store: any OrderStore,
        hotView: HotView,
        observer: (any ReadModelObserver)? = nil
    ) {
        self.store = store
        self.hotView = hotView
        self.observer = observer
    }

    /// Returns the view of an order that is in memory.
    ///
    /// - Returns: `nil` if the order is not in memory; call ``view(of:)`` then.
    package func viewInMemory(of id: OrderID) -> OrderView? {
        guard let view = hotView.view(of: id) else { return nil }
        if let observer { observer.hotViewRead(isHit: true) }
        return view
    }

    /// Returns the view of an order, or `nil` while its creation has not been consumed.
    ///
    /// A later read never returns an older state. An order leaves memory only after the write to
    /// the store. A read of the store that begins after the write sees it.
    ///
    /// - Throws: ``StoreError`` if the order is not in memory and the store cannot be read.
    package func view(of id: OrderID) async throws(StoreError) -> OrderView? {
        if let view = viewInMemory(of: id) { return view }
        observer?.hotViewRead(isHit: false)
        return try await storedOrder(id).flatMap { OrderView($0) }
    }

    /// Returns the event trail of an order, or `nil` while its creation has not been consumed.
    ///
    /// Like a view, it never goes back. It is rendered for each read, because few are read.
    ///
    /// - Throws: ``StoreError`` if the order is not in memory and the store cannot be read.
    package func history(of id: OrderID) async throws(StoreError) -> OrderView? {
        if let order = hotView.order(id) { return OrderView.history(of: order.order) }
        return try await storedOrder(id).flatMap { OrderView.history(of: $0) }
    }

    private func storedOrder(_ id: OrderID) async throws(StoreError) -> Order? {
        do throws(StoreError) {
            return try await store.order(id)
        } catch {
            observer?.storeFailed(error)
            throw error
        }
    }
}
