/// What to do about a record that can never be read, such as one that was damaged on the broker's disk.
package enum UnreadableRecords: String, Sendable {
    /// Wait, and say so in readiness.
    case stop
    /// Go on behind it, with a dead letter that tells its place.
    case skip
}
