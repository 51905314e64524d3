package import Kafka

/// What to do when the broker no longer has the events at which consumption has to resume.
package enum LostEvents: String, Sendable {
    /// The flag of this setting, for messages; a test compares it with the table of settings.
    package static let flag = "--lost-events"

    /// Stop consuming, and report it to readiness.
    case stop
    /// Continue with the oldest available events.
    case accept
}

/// The error that the broker does not have the offset at which consumption has to resume.
///
/// There are three causes. Retention has removed events that were never consumed, or the topic was
/// created again, or the broker has lost the end of the partition.
package struct LostEventsError: Error, Equatable, Sendable, CustomStringConvertible {
    package let partition: TopicPartition
    package let stored: Int64
    /// The offsets from the oldest record up to the next record to come.
    package let available: Range<Int64>

    /// - Returns: `nil` if consumption can resume at the stored offset.
    init?(_ partition: TopicPartition, stored: Int64, available: Range<Int64>) {
        // The end of the range is the offset of the next event to come.
        guard stored < available.lowerBound || stored > available.upperBound else { return nil }
        self.partition = partition
        self.stored = stored
        self.available = available
    }

    /// Whether the stored offset is behind the end of the partition.
    package var isBehindTheEnd: Bool { stored > available.upperBound }

    package var description: String {
        let gone =
            stored < available.lowerBound
            ? "\(available.lowerBound - stored) events were removed before they were consumed"
            : "the topic ends before what was consumed already: it was made anew, or lost its end"
        return "\(partition): consumption has to resume at offset \(stored), but the broker has"
            + " \(available.lowerBound) up to \(available.upperBound); \(gone)."
            + " \(LostEvents.flag) accept goes on at \(available.lowerBound)"
    }
}
