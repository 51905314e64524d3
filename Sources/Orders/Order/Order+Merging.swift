extension Order {
    /// Combines the facts that two sources have of one order.
    ///
    /// The result is the same as if the events behind `later` were folded into this order. So it
    /// matters only for the creation which of the two comes first.
    ///
    /// - Parameter later: An order with the same id.
    package func merging(_ later: Order) -> Order {
        precondition(id == later.id, "two different orders cannot be one")
        var order = self
        order.creation = creation ?? later.creation
        if let fact = later.reservation, fact.counts(before: reservation) {
            order.reservation = fact
        }
        if let fact = later.cancellation, fact.counts(before: cancellation) {
            order.cancellation = fact
        }
        return order
    }
}
