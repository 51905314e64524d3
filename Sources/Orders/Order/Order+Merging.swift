extension Order {
    /// The order as it is when what is known here was seen before what is known there.
    ///
    /// The same comes out as if the events behind `later` were folded into this order. So the order of
    /// the two matters for the creation alone.
    ///
    /// - Parameter later: The same order.
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
