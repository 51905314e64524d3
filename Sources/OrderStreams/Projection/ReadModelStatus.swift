internal import ReadModel
internal import Synchronization
package import Telemetry

/// What readiness says of the read model: whether it can be written, and whether its files are in place.
package final class ReadModelStatus: Sendable {
    private struct State {
        var isOpen = false
        var failure: StoreError?
        var trouble: String?
    }

    private let health: Health
    private let logger: Logger
    private let state = Mutex(State())

    package init(health: Health, logger: Logger) {
        self.health = health
        self.logger = logger
    }

    /// The read model is open, and no trouble is known.
    package func begin() { update { $0.isOpen = true } }

    /// The read model could not be written or read.
    func noteFailure(_ error: StoreError) {
        guard update({ $0.failure = error }) else { return }
        logger.error("the read model cannot be written", metadata: ["error": "\(error)"])
    }

    /// The read model could be written or read.
    func noteSuccess() {
        guard state.withLock({ $0.failure != nil }), update({ $0.failure = nil }) else { return }
        logger.notice("the read model can be written again")
    }

    /// What has happened to the read model's files; `nil` when they are in place.
    package func note(_ trouble: String?) {
        guard state.withLock({ $0.trouble != trouble }), update({ $0.trouble = trouble }) else {
            return
        }
        if let trouble {
            logger.error(
                "the read model's files are not its own",
                metadata: ["reason": trouble]
            )
        } else {
            logger.notice("the read model's files are in their place again")
        }
    }

    /// - Returns: Whether readiness has changed.
    @discardableResult
    private func update(_ change: (inout State) -> Void) -> Bool {
        state.withLock { state in
            change(&state)
            // Trouble with the files comes first: writing to them still succeeds.
            if let trouble = state.trouble { return health.fail(.readModel, trouble) }
            if let failure = state.failure { return health.fail(.readModel, "\(failure)") }
            return state.isOpen && health.succeed(.readModel)
        }
    }
}
