package import Orders
internal import Text

/// Answers what the state of an order is: from memory first, then from the store.
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

    /// The view of an order that is in memory.
    ///
    /// - Returns: `nil` when the order is not in memory; ask ``view(of:)`` then.
    package func viewInMemory(of id: OrderID) -> OrderView? {
        guard let view = hotView.view(of: id) else { return nil }
        if let observer { observer.hotViewRead(isHit: true) }
        return view
    }

    /// The view of an order, or `nil` while its creation has not been consumed.
    ///
    /// A client that asks again never sees an older state: an order leaves memory only after it was
    /// written to the store, and a read of the store that begins after the write sees it.
    ///
    /// - Throws: ``StoreError`` when the order is not in memory and the store cannot be read.
    package func view(of id: OrderID) async throws(StoreError) -> OrderView? {
        if let view = viewInMemory(of: id) { return view }
        observer?.hotViewRead(isHit: false)
        do throws(StoreError) {
            return try await store.order(id).flatMap { OrderView($0) }
        } catch {
            observer?.storeFailed(error)
            throw error
        }
    }
}
