internal import Kafka
package import Telemetry

/// Keeps a consumer going: what ends it is told, and it begins again, so that it heals by itself when the
/// cause goes.
package struct Supervision {
    package enum Limits {
        /// Between attempts that fail.
        static let firstPause = Duration.milliseconds(500)
        static let longestPause = Duration.seconds(5)
        /// After an attempt that lasted so long the pauses begin anew.
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
    /// - Parameter body: Returns when it is to begin again at once.
    /// - Throws: `CancellationError`, or a ``KafkaError`` about a property, which no attempt mends.
    package func run(_ body: () async throws -> Void) async throws {
        var backoff = Backoff(firstPause: Limits.firstPause, longestPause: Limits.longestPause)
        while true {
            try Task.checkCancellation()
            let start = clock.now()
            do {
                try await body()
                continue
            } catch  where Task.isCancelled || error is CancellationError {
                // What comes of being stopped is no trouble.
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
