package import Orders

/// The read model as the routes use it: the views of the projected orders.
package protocol OrderReader: Sendable {
    /// Returns the view of an order, if it is in memory; never waits.
    func viewInMemory(of id: OrderID) -> OrderView?

    /// Returns the view of an order, from memory or from the store; `nil` if its creation is not
    /// projected.
    ///
    /// - Throws: An error that describes why the store cannot be read.
    func view(of id: OrderID) async throws -> OrderView?

    /// Returns the event trail of an order, from memory or from the store; `nil` if its creation is not
    /// projected.
    ///
    /// - Throws: An error that describes why the store cannot be read.
    func history(of id: OrderID) async throws -> OrderView?
}
