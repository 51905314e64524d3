internal import HTTPServer
internal import Telemetry
internal import Text

/// Logs each finished request of one event loop, and passes what it observes on.
///
/// The loop only puts a line together; the thread of the log writes it. A gateway without an access
/// log has no such observer, so it costs nothing there.
final class AccessLog: ServerObserver {
    private let format: AccessLogFormat
    private let logger: Logger
    private let clock: WallClock
    private let next: (any ServerObserver)?

    /// - Parameters:
    ///   - next: The observer that sees everything, too.
    /// - Returns: `nil` if there is no access log.
    init?(
        _ format: AccessLogFormat,
        logger: Logger,
        clock: WallClock = .system,
        next: (any ServerObserver)?
    ) {
        guard format != .off else { return nil }
        self.format = format
        self.logger = logger
        self.clock = clock
        self.next = next
    }

    func connectionOpened() { next?.connectionOpened() }
    func connectionClosed() { next?.connectionClosed() }
    func requestBegan() { next?.requestBegan() }
    func shed(_ reason: RequestError) { next?.shed(reason) }

    func requestFinished(_ head: RequestHead?, _ outcome: RequestOutcome) {
        next?.requestFinished(head, outcome)
        let entry = AccessLogEntry(head, outcome, at: clock.now())
        logger.put(format == .json ? entry.json : entry.common)
    }
}
