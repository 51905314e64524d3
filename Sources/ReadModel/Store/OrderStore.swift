package import Orders

/// Where the read model keeps its orders, and how far the topics have been consumed into them.
///
/// Orders and offsets are written in one transaction, and a read sees every commit that returned
/// before the read began. So each event takes effect exactly once: after a crash, consumption resumes
/// at the stored offsets.
///
/// Every operation may be called from any thread. All of them but ``order(_:)`` block the thread.
/// After ``close()`` every operation throws.
package protocol OrderStore: AnyObject, Sendable {
    // MARK: Reading

    /// Reads one order without blocking the calling thread.
    ///
    /// - Returns: `nil` when the store does not have the order.
    func order(_ id: OrderID) async throws(StoreError) -> Order?

    /// Reads many orders at once.
    ///
    /// - Parameter ids: The same id may stand here more than once.
    /// - Returns: The orders that the store has.
    func orders(_ ids: [OrderID]) throws(StoreError) -> [OrderID: Order]

    /// Reads a page of all orders, by ascending id.
    ///
    /// - Parameters:
    ///   - id: The page begins behind this id; `nil` for the first page.
    ///   - limit: The greatest number of orders in the page. A shorter page is the last one.
    func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order]

    /// The number of orders whose creation has been consumed.
    func count() throws(StoreError) -> Int

    /// The number of orders with this id or a higher one.
    func count(from id: OrderID) throws(StoreError) -> Int

    /// The highest id that is stored; `nil` when no order is stored.
    func highestID() throws(StoreError) -> OrderID?

    /// The offset of the next record to consume, for each partition that was ever consumed.
    func offsets() throws(StoreError) -> [StreamPosition: Int64]

    // MARK: Writing

    /// Writes orders and offsets in one transaction: all of them, or nothing.
    ///
    /// An order or offset that is stored already is replaced. What is not mentioned stays.
    ///
    /// - Returns: The size of the orders' values in bytes, as they were given to the database.
    @discardableResult
    func commit(
        orders: [Order],
        offsets: [StreamPosition: Int64]
    ) throws(StoreError) -> Int

    /// Waits for the operations under way, then closes the store.
    ///
    /// - Throws: ``StoreError`` when the store is closed already.
    func close() throws(StoreError)
}

/// A store that a replay can rebuild beside the stored orders, and replace in one step.
package protocol RebuildableStore: OrderStore {
    /// Makes an empty store beside this one.
    ///
    /// It is not safe against a crash. Its content is removed when it is closed or released, unless
    /// it has replaced this store's content before.
    func makeScratch() throws(StoreError) -> Self

    /// Closes both stores, and puts the scratch store's content in the place of this store's.
    ///
    /// Whenever the process is killed, either the old or the new content is there, whole.
    ///
    /// - Parameter scratch: A store that ``makeScratch()`` has made.
    /// - Throws: ``StoreError``; this store's content is the old one then.
    func replace(by scratch: Self) throws(StoreError)
}
