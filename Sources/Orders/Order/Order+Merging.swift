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
        if creation == nil {
            order.creation = later.creation
            order.trail.creation = later.trail.creation
        } else if trail.creation == nil, creation == later.creation {
            // This source has kept no trail.
            order.trail.creation = later.trail.creation
        }
        if let fact = later.reservation, fact.counts(before: reservation) {
            order.reservation = fact
            order.trail.reservation = later.trail.reservation
        } else if later.reservation?.isSame(as: reservation) == true,
            let entry = later.trail.reservation, entry.precedes(trail.reservation)
        {
            order.trail.reservation = entry
        }
        if let fact = later.cancellation, fact.counts(before: cancellation) {
            order.cancellation = fact
            order.trail.cancellation = later.trail.cancellation
        } else if later.cancellation?.isSame(as: cancellation) == true,
            let entry = later.trail.cancellation, entry.precedes(trail.cancellation)
        {
            order.trail.cancellation = entry
        }
        return order
    }
}
