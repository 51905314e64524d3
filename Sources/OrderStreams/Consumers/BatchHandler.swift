package import Kafka
package import Telemetry

/// Handles the records that a ``ConsumerLoop`` polls.
///
/// The loop makes all calls in its own task, one after the other.
package protocol BatchHandler {
    /// The largest number of records per poll, and so per call of ``handle(_:passedOver:_:)``.
    var recordsPerPoll: Int { get }

    /// The longest time for which the next poll waits for a first record.
    ///
    /// Cancellation of the task ends the wait.
    var pollTimeout: Duration { get }

    /// Handles the result of a poll, which may contain no record.
    ///
    /// - Parameters:
    ///   - gaps: The gaps of records that can never be read and that were skipped.
    ///   - tally: The counts by type; `nil` without an observer. Only a handler that decodes the
    ///     events can count their types. The records of other handlers are counted without types.
    /// - Returns: For each partition, the offset up to which all work for its records is done and
    ///   acknowledged. The loop commits these offsets and no higher ones. A partition that is not
    ///   in the result keeps its offset.
    /// - Throws: An error that ends the loop. The loop commits nothing then, so the broker delivers
    ///   the records again.
    mutating func handle(
        _ fetch: Fetch,
        passedOver gaps: [UnreadableGap],
        _ tally: EventTally?
    ) async throws -> [TopicPartition: Int64]

    /// Finishes the deferred work when the loop ends.
    ///
    /// The loop does not call this function after a pause of the process, because other members may
    /// have the partitions then.
    ///
    /// - Returns: The same offsets as ``handle(_:passedOver:_:)``.
    mutating func end() async throws -> [TopicPartition: Int64]

    /// Metadata for the log record which says that the consumer has caught up.
    var progress: Logger.Metadata { get }
}

extension BatchHandler {
    package mutating func end() async throws -> [TopicPartition: Int64] { [:] }

    package var progress: Logger.Metadata { [:] }
}
