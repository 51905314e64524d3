package import Kafka
package import Telemetry

/// Handles the records that a ``ConsumerLoop`` polls.
///
/// The loop makes all calls in its own task, one after the other.
package protocol BatchHandler {
    /// The limit of records per poll, and so of what is handled before offsets can be committed.
    var recordsPerPoll: Int { get }

    /// How long the next poll may wait for a first record. Cancelling the task ends the wait.
    var pollTimeout: Duration { get }

    /// Handles what a poll has brought. That may be no record at all.
    ///
    /// - Parameters:
    ///   - gaps: Records that can never be read and that were skipped.
    ///   - tally: A handler that decodes the records counts them here; `nil` without an observer.
    /// - Returns: For each partition, the offset up to which everything that its records called for
    ///   is done and acknowledged. The loop commits up to these offsets and no further. A partition that
    ///   is left out keeps its offset.
    /// - Throws: An error that ends the loop. Nothing is committed then, so the records come again.
    mutating func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: inout EventTally?
    ) async throws -> [TopicPartition: Int64]

    /// Finishes the work that was deferred, because the loop ends.
    ///
    /// Not called after a pause of the process: other members may have the partitions now.
    ///
    /// - Returns: As ``handle(_:passedOver:_:)``.
    mutating func end() async throws -> [TopicPartition: Int64]

    /// Metadata for the line of the log that says that everything has been consumed.
    var progress: Logger.Metadata { get }
}

extension BatchHandler {
    package mutating func end() async throws -> [TopicPartition: Int64] { [:] }

    package var progress: Logger.Metadata { [:] }
}
