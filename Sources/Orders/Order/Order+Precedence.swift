/// A fact that several events may state.
///
/// Which of them counts does not depend on the order in which they are read.
protocol OrderFact {
    /// Whether this fact counts, and the other one does not.
    ///
    /// It is a strict order over everything that is stored of a fact: of two facts that differ, exactly
    /// one precedes.
    func precedes(_ other: Self) -> Bool
}

extension Order.Reservation: OrderFact {
    /// The earlier fact counts.
    ///
    /// With equal times, a failure counts before a reservation, because the saga cancels the order
    /// after a failure in any case. Of two failures, the one whose reason sorts first counts.
    func precedes(_ other: Self) -> Bool {
        if at != other.at { return at < other.at }
        switch (self, other) {
        case (.failed(_, let reason), .failed(_, let otherReason)):
            return sortsFirst(reason, otherReason)
        case (.failed, .reserved): return true
        case (.reserved, _): return false
        }
    }
}

extension Order.Cancellation: OrderFact {
    /// The earlier fact counts.
    ///
    /// With equal times, the fact with the lower cause counts; with equal causes, the one whose reason
    /// sorts first.
    func precedes(_ other: Self) -> Bool {
        if at != other.at { return at < other.at }
        if causedBy != other.causedBy { return causedBy < other.causedBy }
        return sortsFirst(reason, other.reason)
    }
}

/// Compares the bytes of two texts.
///
/// Swift's `String` treats texts as equal that are canonically equivalent, although their bytes differ,
/// and the view shows the bytes.
private func sortsFirst(_ text: String, _ other: String) -> Bool {
    text.utf8.lexicographicallyPrecedes(other.utf8)
}

extension OrderFact {
    /// Whether this fact counts when another one is known already; it does when none is.
    func counts(before known: Self?) -> Bool {
        guard let known else { return true }
        return precedes(known)
    }
}
