internal import ReadModel
internal import Synchronization
package import Telemetry

/// What readiness says of the read model: whether it can be written, and whether its files are where they
/// were.
package final class ReadModelStatus: Sendable {
    private struct State {
        var isOpen = false
        var failure: StoreError?
        var trouble: StoreFileTrouble?
    }

    private let health: Health
    private let logger: Logger
    private let state = Mutex(State())

    package init(health: Health, logger: Logger) {
        self.health = health
        self.logger = logger
    }

    /// It is open, and nothing is known against it.
    func begin() { update { $0.isOpen = true } }

    /// It could not be written, or read.
    func noteFailure(_ error: StoreError) {
        guard update({ $0.failure = error }) else { return }
        logger.error("the read model cannot be written", metadata: ["error": "\(error)"])
    }

    /// It could be written, or read.
    func noteSuccess() {
        guard state.withLock({ $0.failure != nil }), update({ $0.failure = nil }) else { return }
        logger.notice("the read model can be written again")
    }

    /// What has become of its files.
    func note(_ trouble: StoreFileTrouble?) {
        guard state.withLock({ $0.trouble != trouble }), update({ $0.trouble = trouble }) else {
            return
        }
        if let trouble {
            logger.error(
                "the read model's files are not its own",
                metadata: ["reason": "\(trouble)"]
            )
        } else {
            logger.notice("the read model's files are in their place again")
        }
    }

    /// - Returns: Whether that is news.
    @discardableResult
    private func update(_ change: (inout State) -> Void) -> Bool {
        state.withLock { state in
            change(&state)
            // Files that are not its own matter more: writing to them succeeds.
            if let trouble = state.trouble { return health.fail(.readModel, "\(trouble)") }
            if let failure = state.failure { return health.fail(.readModel, "\(failure)") }
            return state.isOpen && health.succeed(.readModel)
        }
    }
}
