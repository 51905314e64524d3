internal import Kafka

/// The one loop that consumes records: poll, handle, commit, watch the topics, report.
///
/// A poll blocks its thread, so the loop has to run on a ``BlockingExecutor``.
package struct ConsumerLoop {
    /// Watches the consumer; `nil` if records are read up to a known end and nothing is committed.
    private let watch: ConsumerWatch?

    package init(watch: ConsumerWatch?) {
        self.watch = watch
    }

    /// Consumes until the source has no more records, or until consumption has to start again.
    ///
    /// - Throws: `CancellationError` if the task was cancelled, and errors of the source and
    ///   handler.
    package func run(_ source: some RecordSource, _ handler: inout some BatchHandler) async throws {
        watch?.noteAssignment()
        while !Task.isCancelled, !source.isAtEnd {
            let fetch = try source.poll(
                maximumRecords: handler.recordsPerPoll,
                timeout: handler.pollTimeout
            )
            // After a pause another member may have handled these records already. The member that has
            // the partitions now handles them.
            if watch?.wasPaused == true { return }
            watch?.note(fetch)
            let tally = watch?.beginTally()
            let done = try await handler.handle(
                fetch,
                passedOver: watch?.takePassed() ?? [],
                tally
            )
            if watch?.wasPaused == true { return }
            watch?.report(fetch)
            watch?.commit(done)
            if watch?.look() == .topicsHaveChanged { break }
            watch?.tell(handler.progress)
            // Other tasks may wait for this executor.
            await Task.yield()
        }
        let done = try await handler.end()
        watch?.commit(done)
        try Task.checkCancellation()
    }
}
