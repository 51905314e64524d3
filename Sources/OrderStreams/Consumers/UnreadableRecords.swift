/// What to do about a record that can never be read, such as one that was damaged on the broker's disk.
package enum UnreadableRecords: String, Sendable {
    /// Wait, and report it to readiness.
    case stop
    /// Continue after it, and write a dead letter that contains its place.
    case skip
}
