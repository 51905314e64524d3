internal import Orders
internal import Text

/// The rule that chooses the state of an order: the stored one, the rebuilt one, or both merged.
///
/// Retention removes the oldest events of each partition separately. So the topics may have only
/// some of the events of an order.
struct KeepingRule {
    private enum Limits {
        /// The largest difference between the clocks of publishers.
        static let clockSkewMilliseconds: Int64 = 60_000
    }

    /// The time from which on the topics are complete; `nil` if nothing was removed from them.
    let horizon: Timestamp?
    let discardsMissing: Bool

    func order(stored: Order?, rebuilt: Order?) -> Order? {
        guard !discardsMissing, let stored else { return rebuilt }
        guard let rebuilt else { return stored }
        // If the creation is missing, the topics do not have all events of the order, whatever was
        // removed from them and how.
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
