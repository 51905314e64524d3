package import Orders

/// What the routes need of the read model: the views of the orders that were projected.
package protocol OrderReader: Sendable {
    /// The view of an order, if it is in memory; never waits.
    func viewInMemory(of id: OrderID) -> OrderView?

    /// The view of an order, from memory or from the store; `nil` if its creation was not projected.
    ///
    /// - Throws: An error that describes why the store cannot be read.
    func view(of id: OrderID) async throws -> OrderView?
}
