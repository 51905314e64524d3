package import Telemetry
internal import Orders

/// Runs services until a signal asks to stop.
package struct ServiceRun {
    package enum Limits {
        /// The time added to the time for requests in flight.
        ///
        /// The producer's flush and the projection's last commit use it.
        package static let margin = Duration.seconds(15)
        /// The time for cleaning up after a stop took too long.
        ///
        /// A service that has not ended may block it.
        static let tidyingUp = Duration.seconds(3)
    }

    private enum Event {
        case asked(Int32)
        case cancelled
        /// The drain delay is over.
        case delayed
        /// The service at this index has ended, with an error or without.
        case ended(Int, (any Error)?)
        case overdue
    }

    private enum State {
        case running
        /// The stop was announced; everything still runs.
        case delaying(timer: Task<Void, Never>)
        case stopping(timer: Task<Void, Never>)
    }

    private let services: [any Service]
    private let limit: Duration
    private let delay: DrainDelay?
    private let signals: StopSignals
    private let logger: Logger
    private let reports: AsyncStream<Event>.Continuation
    private var state = State.running
    /// The tasks of the services that have not ended, by the index of the service.
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var failure: (any Error)?

    /// Starts the services in their order, and stops them in the reverse order.
    ///
    /// It waits for the end of each service before it cancels the next one. A signal or the
    /// cancellation of the task stops the services. If a signal came before, no service starts. A
    /// service that throws, or that ends without being stopped, also stops the others.
    ///
    /// - Parameters:
    ///   - delay: The delay between a signal and the stop. Other causes stop at once.
    ///   - patience: The time limit for requests in flight.
    ///   - margin: The additional time for everything else. Services that have not ended by then
    ///     run until the process ends.
    /// - Throws: The error of the first failing service, or ``ServiceError``.
    package static func run(
        _ services: [any Service],
        signals: StopSignals,
        delay: DrainDelay? = nil,
        patience: Duration,
        margin: Duration = Limits.margin,
        logger: Logger
    ) async throws {
        signals.beforeEnding {
            logger.warning("second signal: ending at once")
            logger.flush()
        }
        signals.whenNoted { signal in
            logger.notice(
                "a signal without effect",
                metadata: ["signal": SignalEffect.name(of: signal)]
            )
        }
        if let signal = signals.first { return logStop(signal, logger) }
        let (events, reports) = AsyncStream.makeStream(of: Event.self)
        signals.whenAsked(delaying: delay != nil) { reports.yield(.asked($0)) }
        // Use a separate task, because a stream ends when the task that reads it is cancelled.
        let task = Task {
            var run = ServiceRun(
                services: services,
                limit: patience + margin,
                delay: delay,
                signals: signals,
                logger: logger,
                reports: reports
            )
            run.start()
            try await run.react(to: events)
        }
        do {
            try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                reports.yield(.cancelled)
            }
        } catch let error as ServiceError {
            if case .overdue = error {
                signals.end(after: Limits.tidyingUp, code: ServiceError.overdueExitCode)
            }
            throw error
        }
    }

    /// Starts all services.
    ///
    /// Each one runs immediately until it first waits.
    private mutating func start() {
        for (place, service) in services.enumerated() {
            tasks[place] = Task.immediate { [reports] in
                do {
                    try await service.run()
                    reports.yield(.ended(place, nil))
                } catch {
                    reports.yield(.ended(place, error))
                }
            }
        }
    }

    private mutating func react(to events: AsyncStream<Event>) async throws {
        for await event in events {
            switch event {
            case .asked(let signal): noteSignal(signal)
            case .cancelled, .delayed: stop()
            case .ended(let place, let error): noteEnd(of: place, error)
            case .overdue: throw giveUp()
            }
            guard case .stopping(let timer) = state else { continue }
            guard let last = tasks.keys.max() else {
                timer.cancel()
                break
            }
            tasks[last]?.cancel()
        }
        if let failure { throw failure }
    }

    private mutating func noteSignal(_ signal: Int32) {
        switch state {
        case .running:
            guard let delay else {
                Self.logStop(signal, logger)
                return stop()
            }
            logger.info(
                "about to stop",
                metadata: ["signal": SignalEffect.name(of: signal), "delay": "\(delay.duration)"]
            )
            delay.announce()
            let timer = Task { [reports] in
                guard (try? await Task.sleep(for: delay.duration)) != nil else { return }
                reports.yield(.delayed)
            }
            state = .delaying(timer: timer)
        case .delaying:
            Self.logStop(signal, logger)
            stop()
        case .stopping: break
        }
    }

    private mutating func stop() {
        switch state {
        case .running: break
        case .delaying(let timer): timer.cancel()
        case .stopping: return
        }
        signals.delayIsOver()
        let timer = Task { [limit, reports] in
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            reports.yield(.overdue)
        }
        state = .stopping(timer: timer)
    }

    private mutating func noteEnd(of place: Int, _ error: (any Error)?) {
        let wasAsked = tasks.removeValue(forKey: place)?.isCancelled ?? true
        let name = services[place].name
        let fault: any Error
        switch error {
        case nil, is CancellationError:
            if wasAsked { return }
            fault = ServiceError.endedUnasked(name)
        case .some(let error):
            fault = error
        }
        logger.error(
            "service failed, so the others stop: correct the error and start again",
            metadata: ["service": name, "error": "\(fault)"]
        )
        failure = failure ?? fault
        stop()
    }

    /// Returns the error to throw when the time is over.
    private func giveUp() -> any Error {
        let left = tasks.sorted { $0.key > $1.key }
        let names = left.map { services[$0.key].name }
        logger.error(
            "the stop took too long: look at what these services wait for, or raise --shutdown-timeout",
            metadata: ["services": names.joined(separator: " ")]
        )
        for (_, task) in left { task.cancel() }
        return failure ?? ServiceError.overdue(names, limit: limit)
    }

    private static func logStop(_ signal: Int32, _ logger: Logger) {
        logger.info("stopping", metadata: ["signal": SignalEffect.name(of: signal)])
    }
}
