/// How much the projector gathers before it writes.
package struct ProjectorLimits: Sendable {
    /// Changed orders in one transaction.
    ///
    /// It bounds the memory that the hot view cannot give up, and the time for which a commit can
    /// delay the next events.
    package var orders = 5_000
    /// Events in one transaction, including those that changed nothing.
    package var events = 20_000
    /// How long a change may wait to be written.
    ///
    /// After a crash, the events of this time are consumed again.
    package var interval = Duration.milliseconds(200)

    package init() {}
}
