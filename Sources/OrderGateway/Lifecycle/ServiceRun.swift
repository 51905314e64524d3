internal import Glibc
package import Logging
package import ServiceLifecycle
internal import UnixSignals

/// Runs services until a signal asks to stop.
package enum ServiceRun {
    package enum Limits {
        /// Added to the time that requests in flight are given: for the producer's flush and the
        /// projection's last commit.
        static let margin = Duration.seconds(15)
    }

    /// Runs the services.
    ///
    /// SIGTERM or SIGINT stops them in the reverse order; a second signal ends the process at once.
    ///
    /// - Parameters:
    ///   - patience: For how long requests in flight are waited for.
    ///   - tidyUp: Called before a second signal ends the process, which nothing else survives.
    /// - Throws: What a service threw.
    package static func run(
        _ services: [any Service],
        patience: Duration,
        logger: Logger,
        tidyUp: @escaping @Sendable () -> Void = {}
    ) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            logger: quiet(logger)
        )
        configuration.maximumGracefulShutdownDuration = patience + Limits.margin
        let group = ServiceGroup(configuration: configuration)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let watch = Task {
            var isStopping = false
            for await signal in signals {
                if isStopping {
                    logger.warning("second signal: ending at once")
                    tidyUp()
                    // 128 + the signal's number, as shells report it.
                    _exit(128 + (signal == .sigint ? SIGINT : SIGTERM))
                }
                isStopping = true
                logger.info("stopping", metadata: ["signal": "\(signal)"])
                await group.triggerGracefulShutdown()
            }
        }
        defer { watch.cancel() }
        try await group.run()
    }

    /// The group's own news are for debugging.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        if logger.logLevel > .debug { logger.logLevel = .error }
        return logger
    }
}
