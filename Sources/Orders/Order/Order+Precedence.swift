/// A fact that several events may contain.
///
/// The sequence in which the events are read does not decide which one counts.
protocol OrderFact {
    /// Returns whether this fact counts and the other one does not.
    ///
    /// It is a strict order over all stored values: of two different facts, exactly one precedes.
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
    /// With equal times, the fact with the lower cause counts. With equal causes, the fact whose
    /// reason sorts first counts.
    func precedes(_ other: Self) -> Bool {
        if at != other.at { return at < other.at }
        if causedBy != other.causedBy { return causedBy < other.causedBy }
        return sortsFirst(reason, other.reason)
    }
}

/// Compares the bytes of two strings.
///
/// Swift's `String` treats canonically equivalent strings as equal, although their bytes differ.
/// The view contains the bytes.
private func sortsFirst(_ text: String, _ other: String) -> Bool {
    text.utf8.lexicographicallyPrecedes(other.utf8)
}

extension OrderFact {
    /// Returns whether this fact counts against an already known one; a first fact always counts.
    func counts(before known: Self?) -> Bool {
        guard let known else { return true }
        return precedes(known)
    }

    /// Returns whether this fact is the known one, to the byte.
    func isSame(as known: Self?) -> Bool {
        guard let known else { return false }
        return !precedes(known) && !known.precedes(self)
    }
}
