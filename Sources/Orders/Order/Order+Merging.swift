extension Order {
    /// Combines the facts about one order from two sources.
    ///
    /// The result is the same as if the events of `later` were folded into this order. So the
    /// sequence of the two sources matters only for the creation.
    ///
    /// - Parameter later: An order with the same ID.
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
