package import Orders
package import Text

/// What a replay is to do.
package struct ReplayOptions: Sendable {
    /// Only events from this time on; older orders are kept as they are stored.
    package var from: Timestamp?
    /// Gives up stored orders, and facts of orders, that the topics no longer tell of.
    package var discardsMissing = false
    /// Puts the rebuilt read model in the place of the stored one.
    package var swaps = true

    package init() {}
}

/// How far a replay is.
package struct ReplayProgress: Equatable, Sendable {
    package var events: Int64 = 0
    package var total: Int64 = 0
}

/// An order that is not stored as the replay has it.
package enum ReplayDifference: Equatable, Sendable {
    case onlyStored(Order)
    case onlyReplayed(Order)
    case changed(stored: Order, replayed: Order)
}

/// What a replay did.
package struct ReplaySummary: Equatable, Sendable {
    package var events: Int64 = 0
    /// Orders in the rebuilt read model, and those whose creation has been seen.
    package var orders = 0
    /// Orders that the topics no longer tell of, or not all: kept from what was stored.
    package var kept = 0
    /// Records that are no event that can be processed.
    package var rejected = 0
    package var unknownTypes = 0
    package var differing = 0
    package var hasSwapped = false
}
