/// The limits of the changes that the projector collects before it writes.
package struct ProjectorLimits: Sendable {
    /// The number of changed orders that makes a commit due.
    ///
    /// It limits the memory that the hot view cannot release, and the time for which a commit can
    /// delay the next events.
    package var orders = 5_000
    /// The number of events that makes a commit due, including events that changed nothing.
    package var events = 20_000
    /// The longest time for which a change waits before it is written.
    ///
    /// After a crash, the events of this period are consumed again.
    package var interval = Duration.milliseconds(200)

    package init() {}
}
