/// A fact that several events may state: which of them counts does not depend on the order in which
/// they are seen.
protocol OrderFact {
    /// Whether this one counts rather than the other one.
    ///
    /// A strict order over everything that is stored of the fact: of two that differ, one precedes.
    func precedes(_ other: Self) -> Bool
}

extension Order.Reservation: OrderFact {
    /// The earlier one counts.
    ///
    /// At one time a failure counts before a reservation, for the saga answers it with a cancellation
    /// all the same. Of two failures the one whose reason sorts first counts.
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
    /// The earlier one counts.
    ///
    /// At one time it is the one whose cause is lower, and for one cause the one whose reason sorts
    /// first.
    func precedes(_ other: Self) -> Bool {
        if at != other.at { return at < other.at }
        if causedBy != other.causedBy { return causedBy < other.causedBy }
        return sortsFirst(reason, other.reason)
    }
}

/// Compares bytes: texts that compare as equal in Swift may differ in theirs, and in the view.
private func sortsFirst(_ text: String, _ other: String) -> Bool {
    text.utf8.lexicographicallyPrecedes(other.utf8)
}

extension OrderFact {
    /// Whether this one counts when the other one, if there is any, is known already.
    func counts(before known: Self?) -> Bool {
        guard let known else { return true }
        return precedes(known)
    }
}
