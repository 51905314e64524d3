internal import ReadModel
internal import Synchronization
package import Telemetry

/// The readiness of the read model: whether it can be written, and whether its files are in place.
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

    /// Reports that the read model is open.
    package func begin() { update { $0.isOpen = true } }

    /// Reports that a read or write of the read model has failed.
    func noteFailure(_ error: StoreError) {
        guard update({ $0.failure = error }) else { return }
        logger.error(
            "the read model cannot be written",
            metadata: ["error": "\(error)", "help": Health.Part.readModel.help]
        )
    }

    /// Reports that a read or write of the read model has succeeded.
    func noteSuccess() {
        guard state.withLock({ $0.failure != nil }), update({ $0.failure = nil }) else { return }
        logger.notice("the read model can be written again")
    }

    /// Reports a problem with the files of the read model; `nil` if they are in place.
    package func note(_ trouble: String?) {
        guard state.withLock({ $0.trouble != trouble }), update({ $0.trouble = trouble }) else {
            return
        }
        if let trouble {
            logger.error(
                "the read model's files are not its own",
                metadata: ["reason": trouble, "help": Health.Part.readModel.help]
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
            // A problem with the files comes first, because writes to the old files still succeed.
            if let trouble = state.trouble { return health.fail(.readModel, trouble) }
            if let failure = state.failure { return health.fail(.readModel, "\(failure)") }
            return state.isOpen && health.succeed(.readModel)
        }
    }
}
