extension Order {
    /// The order as it is when what is known here was seen before what is known there.
    ///
    /// Facts are written once, so the earlier ones count: the same comes out as if the events behind
    /// `later` were folded into this order.
    ///
    /// - Parameter later: The same order.
    package func merging(_ later: Order) -> Order {
        precondition(id == later.id, "two different orders cannot be one")
        var order = self
        order.creation = creation ?? later.creation
        order.reservation = reservation ?? later.reservation
        order.cancellation = cancellation ?? later.cancellation
        return order
    }
}
