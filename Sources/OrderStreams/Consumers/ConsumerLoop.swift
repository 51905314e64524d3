internal import Kafka

/// The loop in which everything is consumed: poll, handle, commit, look after the topics, report.
///
/// It blocks while it polls, so it runs on an executor of its own.
package struct ConsumerLoop {
    /// Looks after the consumer; `nil` where records are read up to a known end, and nothing is
    /// committed.
    private let watch: ConsumerWatch?

    package init(watch: ConsumerWatch?) {
        self.watch = watch
    }

    /// Consumes until the source has no more records, or until consumption has to begin again.
    ///
    /// - Throws: `CancellationError` when the task was cancelled, and what ends the consumer or the
    ///   handler.
    package func run(_ source: some RecordSource, _ handler: inout some BatchHandler) async throws {
        watch?.noteAssignment()
        while !Task.isCancelled, !source.isAtEnd {
            let fetch = try source.poll(
                maximumRecords: handler.recordsPerPoll,
                timeout: handler.pollTimeout
            )
            // After a pause others may have dealt with these records: they are left to who has the
            // partitions now.
            if watch?.wasPaused == true { return }
            watch?.note(fetch)
            var tally = watch?.beginTally()
            let done = try await handler.handle(
                fetch,
                passedOver: watch?.takePassed() ?? [],
                &tally
            )
            if watch?.wasPaused == true { return }
            watch?.report(&tally, fetch)
            watch?.commit(done)
            if watch?.look() == .topicsHaveChanged { break }
            watch?.tell(handler.progress)
            // Lets in whatever else waits for this executor.
            await Task.yield()
        }
        let done = try await handler.end()
        watch?.commit(done)
        try Task.checkCancellation()
    }
}
