package import Kafka

/// What to do when the broker no longer has the events at which consumption has to resume.
package enum LostEvents: String, Sendable {
    /// The flag that says so, for messages; a test compares it with the table of settings.
    package static let flag = "--lost-events"

    /// Stop consuming and say so in readiness.
    case stop
    /// Go on with the oldest events that there are.
    case accept
}

/// The broker has not the offset at which a partition's consumption has to resume: retention has
/// removed events that were never consumed, or the topic was made anew, or the broker lost its end.
package struct LostEventsError: Error, Equatable, Sendable, CustomStringConvertible {
    package let partition: TopicPartition
    package let stored: Int64
    /// From its oldest record to the next one to come.
    package let available: Range<Int64>

    /// - Returns: `nil` when nothing keeps consumption from resuming at the stored offset.
    init?(_ partition: TopicPartition, stored: Int64, available: Range<Int64>) {
        // The end of the range is where the next event will be.
        guard stored < available.lowerBound || stored > available.upperBound else { return nil }
        self.partition = partition
        self.stored = stored
        self.available = available
    }

    /// Whether the topic ends before what was consumed.
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
