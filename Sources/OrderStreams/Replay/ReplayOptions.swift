package import Orders
package import Text

/// The options of a replay.
package struct ReplayOptions: Sendable {
    /// The time of the first events to replay; older orders keep their stored state.
    package var from: Timestamp?
    /// Whether to discard stored orders, and facts about orders, that the topics no longer have.
    package var discardsMissing = false
    /// Whether to replace the stored read model by the rebuilt one.
    package var swaps = true

    package init() {}
}

/// The progress of a replay.
package struct ReplayProgress: Equatable, Sendable {
    package var events: Int64 = 0
    package var total: Int64 = 0
}

/// A difference between the stored and the rebuilt state of an order.
package enum ReplayDifference: Equatable, Sendable {
    case onlyStored(Order)
    case onlyReplayed(Order)
    case changed(stored: Order, replayed: Order)
}

/// The result of a replay.
package struct ReplaySummary: Equatable, Sendable {
    package var events: Int64 = 0
    /// The number of orders in the rebuilt read model whose creation is known.
    package var orders = 0
    /// The number of orders whose stored state was kept, because the topics lack some of their
    /// events.
    package var kept = 0
    /// The number of records that are not events which the gateway can process.
    package var rejected = 0
    package var unknownTypes = 0
    package var differing = 0
    package var hasSwapped = false
}
