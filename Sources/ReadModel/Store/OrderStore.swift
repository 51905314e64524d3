package import Orders

/// A store of the read model's orders, and of the offsets up to which topics are consumed.
///
/// One transaction writes orders and offsets, and a read sees every commit that returned before the
/// read began. So each event takes effect exactly once: after a crash, consumption resumes at the
/// stored offsets.
///
/// Every operation may be called from any thread. All of them but ``order(_:)`` block the thread.
/// After ``close()`` every operation throws.
package protocol OrderStore: AnyObject, Sendable {
    // MARK: Reading

    /// Reads one order without blocking the calling thread.
    ///
    /// - Returns: `nil` if the store does not have the order.
    func order(_ id: OrderID) async throws(StoreError) -> Order?

    /// Reads many orders at once.
    ///
    /// - Parameter ids: The IDs of the orders; an ID may occur more than once.
    /// - Returns: The orders that the store has.
    func orders(_ ids: [OrderID]) throws(StoreError) -> [OrderID: Order]

    /// Reads a page of all orders, by ascending ID.
    ///
    /// - Parameters:
    ///   - id: The ID after which the page begins; `nil` for the first page.
    ///   - limit: The largest number of orders in the page. A shorter page is the last one.
    func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order]

    /// Returns the number of orders whose creation has been consumed.
    func count() throws(StoreError) -> Int

    /// Returns the number of orders with this ID or a higher one.
    func count(from id: OrderID) throws(StoreError) -> Int

    /// Returns the highest stored ID; `nil` if no order is stored.
    func highestID() throws(StoreError) -> OrderID?

    /// Returns the offset of the next record to consume, for each partition that was ever consumed.
    func offsets() throws(StoreError) -> [StreamPosition: Int64]

    // MARK: Writing

    /// Writes orders and offsets in one transaction: all of them, or nothing.
    ///
    /// Existing orders and offsets with the same keys are replaced. All others stay.
    ///
    /// - Returns: The size of the orders' values passed to the database, in bytes.
    @discardableResult
    func commit(
        orders: [Order],
        offsets: [StreamPosition: Int64]
    ) throws(StoreError) -> Int

    /// Waits for running operations, then closes the store.
    ///
    /// - Throws: ``StoreError`` if the store is already closed.
    func close() throws(StoreError)
}

/// A store whose content a replay can rebuild in a second store and replace in one step.
package protocol RebuildableStore: OrderStore {
    /// Creates an empty store beside this one.
    ///
    /// The new store is not crash-safe. Its content is removed when it is closed or released,
    /// unless it has replaced the content of this store before.
    func makeScratch() throws(StoreError) -> Self

    /// Closes both stores, and replaces the content of this store by that of the scratch store.
    ///
    /// Even if the process is killed, either the complete old or the complete new content exists.
    ///
    /// - Parameter scratch: A store from ``makeScratch()``.
    /// - Throws: ``StoreError``; this store has the old content then.
    func replace(by scratch: Self) throws(StoreError)
}
