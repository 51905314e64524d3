/// How much the projector gathers before it writes.
package struct ProjectorLimits: Sendable {
    /// Changed orders in one transaction: bounds the memory that cannot be given up, and the time for
    /// which a commit holds up the next events.
    package var orders = 5_000
    /// Events in one transaction, those without effect included.
    package var events = 20_000
    /// How long a change may wait to be written.
    ///
    /// A crash only costs consuming that much again.
    package var interval = Duration.milliseconds(200)

    package init() {}
}
