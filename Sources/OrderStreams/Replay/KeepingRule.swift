internal import Orders
internal import Text

/// Which state of an order counts: the one that was stored, the one that the topics tell, or both.
///
/// Retention removes the oldest events of each partition by itself, so of an order some events may be
/// there and others gone.
struct KeepingRule {
    private enum Limits {
        /// By how much the clocks of those who publish may differ.
        static let clockSkewMilliseconds: Int64 = 60_000
    }

    /// Since when the topics tell everything; `nil` when nothing has been removed from them.
    let horizon: Timestamp?
    let discardsMissing: Bool

    func order(stored: Order?, rebuilt: Order?) -> Order? {
        guard !discardsMissing, let stored else { return rebuilt }
        guard let rebuilt else { return stored }
        // An order without its creation is not one that the topics tell whole, whatever was removed
        // from them and how.
        let hasLostCreation = stored.creation != nil && rebuilt.creation == nil
        return hasLostCreation || mayHaveLostEvents(stored) ? stored.merging(rebuilt) : rebuilt
    }

    private func mayHaveLostEvents(_ order: Order) -> Bool {
        guard let horizon else { return false }
        guard let creation = order.creation else { return true }
        return creation.at.millisecondsSinceEpoch
            < horizon.millisecondsSinceEpoch + Limits.clockSkewMilliseconds
    }
}
