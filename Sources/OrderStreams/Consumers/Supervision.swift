internal import Kafka
package import Telemetry

/// Restarts a consumer after each error and reports the error to readiness.
///
/// The consumer recovers without help when the cause is gone.
package struct Supervision {
    package enum Limits {
        /// The first pause between failed attempts.
        static let firstPause = Duration.milliseconds(500)
        static let longestPause = Duration.seconds(5)
        /// The duration of an attempt after which the next pause is the first one again.
        static let recovery = Duration.seconds(30)
    }

    private let status: PartStatus
    private let clock: MonotonicClock

    package init(status: PartStatus, clock: MonotonicClock) {
        self.status = status
        self.clock = clock
    }

    /// Runs `body` again and again until the task is cancelled.
    ///
    /// - Parameter body: A consumer. When it returns, it starts again without a pause.
    /// - Throws: `CancellationError`, or a ``KafkaError`` about a property, which no further
    ///   attempt can repair.
    package func run(_ body: () async throws -> Void) async throws {
        var backoff = Backoff(firstPause: Limits.firstPause, longestPause: Limits.longestPause)
        while true {
            try Task.checkCancellation()
            let start = clock.now()
            do {
                try await body()
                continue
            } catch  where Task.isCancelled || error is CancellationError {
                // Errors that a stop causes are not failures.
                throw CancellationError()
            } catch let error as KafkaError where error.isConfigurationError {
                throw error
            } catch let error as LostEventsError {
                status.fail("stopped: \(error)", .critical)
            } catch let error as KafkaError where error.isFenced {
                status.fail(
                    "another member of the group has the same group.instance.id: \(error)",
                    .error
                )
            } catch let error as KafkaError where error.isConnectionError {
                status.fail("the broker cannot be reached: \(error)")
            } catch {
                status.fail("stopped for now: \(error)", .error)
            }
            if start + Limits.recovery <= clock.now() { backoff.reset() }
            try await clock.sleep(for: backoff.fail())
        }
    }
}
