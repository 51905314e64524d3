package import Kafka
package import Telemetry

/// What a ``ConsumerLoop`` does with the records that it polls.
///
/// Everything is called in the loop's own task, one call after the other.
package protocol BatchHandler {
    /// Records per poll: bounds what is held and done before offsets can be committed.
    var recordsPerPoll: Int { get }

    /// How long the next poll may wait for a first record; the end of the task ends the wait.
    var pollTimeout: Duration { get }

    /// Deals with what a poll has brought, which may be nothing.
    ///
    /// - Parameters:
    ///   - gaps: Records that can never be read, and that were passed over.
    ///   - tally: Where who decodes the records counts them by type; `nil` when nobody observes.
    /// - Returns: For each partition, the offset up to which everything that its records called for
    ///   is done and acknowledged. Offsets are committed up to there and no further; what is left out
    ///   is as it was.
    /// - Throws: What ends the loop; nothing is committed then, so that the records come again.
    mutating func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: inout EventTally?
    ) async throws -> [TopicPartition: Int64]

    /// The loop ends: what was put off is done now.
    ///
    /// Not called when the process was paused, for others may have gone on meanwhile.
    ///
    /// - Returns: As ``handle(_:passedOver:_:)``.
    mutating func end() async throws -> [TopicPartition: Int64]

    /// For the line of the log that says that everything has been consumed.
    var progress: Logger.Metadata { get }
}

extension BatchHandler {
    package mutating func end() async throws -> [TopicPartition: Int64] { [:] }

    package var progress: Logger.Metadata { [:] }
}
