internal import Synchronization

/// The state of one part, which is reported to readiness and logged when it changes.
package final class PartStatus: Sendable {
    private let part: Health.Part
    private let health: Health?
    private let logger: Logger
    private let last = Mutex<String?>("starting")

    /// - Parameter health: The health to report to; `nil` if the process has no readiness.
    package init(_ part: Health.Part, health: Health?, logger: Logger) {
        self.part = part
        self.health = health
        self.logger = logger
    }

    /// Reports that the part is not ready.
    package func fail(_ reason: String, _ level: Logger.Level = .warning) {
        health?.fail(part, reason)
        guard last.withLock({ $0.exchange(reason) }) != reason else { return }
        logger.log(
            level: level,
            "\(part.name) is waiting",
            metadata: ["reason": "\(reason)", "help": part.help]
        )
    }

    /// Reports that the part is ready.
    ///
    /// - Parameter metadata: The metadata of the log line, if one is written.
    package func succeed(_ metadata: @autoclosure () -> Logger.Metadata = [:]) {
        health?.succeed(part)
        guard last.withLock({ $0.exchange(nil) }) != nil else { return }
        logger.info("\(part.name) has caught up", metadata: metadata())
    }
}

extension Optional {
    fileprivate mutating func exchange(_ value: Wrapped?) -> Wrapped? {
        defer { self = value }
        return self
    }
}
