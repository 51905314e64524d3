internal import HTTPServer
internal import Synchronization
internal import Transport
internal import Telemetry

/// The readiness of HTTP: whether requests and new connections are accepted.
final class HTTPStatus: Sendable {
    private enum State {
        case serving(shortage: String?)
        case stopping
    }

    private let health: Health
    private let logger: Logger
    private let state = Mutex<State?>(nil)

    init(health: Health, logger: Logger) {
        self.health = health
        self.logger = logger
    }

    /// Notes that requests are accepted from now on.
    func begin() {
        state.withLock { state in
            guard state == nil else { return }
            state = .serving(shortage: nil)
            health.succeed(.http)
        }
    }

    /// Notes that connections begin to wait or are refused.
    func note(_ shortage: ServerShortage) {
        logger.warning("\(shortage)", metadata: ["help": Health.Part.http.help])
        guard shortage.isWaiting else { return }
        state.withLock { state in
            guard case .serving = state else { return }
            state = .serving(shortage: "\(shortage)")
            health.fail(.http, "\(shortage)")
        }
    }

    /// Notes that no connection waits any more.
    func noteRelief() {
        let isNews = state.withLock { state in
            guard case .serving(.some) = state else { return false }
            state = .serving(shortage: nil)
            return health.succeed(.http)
        }
        if isNews { logger.notice("new connections are taken again") }
    }

    /// Notes that the gateway stops or is about to stop.
    func end() {
        state.withLock { state in
            state = .stopping
            health.fail(.http, "stopping")
        }
    }
}
