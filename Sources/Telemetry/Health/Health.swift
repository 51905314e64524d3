internal import Synchronization

/// One of the things that readiness depends on.
package struct HealthCheck: Sendable {
    package let name: StaticString
    /// Why it is not all right, for a person; `nil` when it is.
    package let reason: String?

    package init(name: StaticString, reason: String?) {
        self.name = name
        self.reason = reason
    }
}

/// What every part last said of itself.
///
/// Parts report; readiness only reads, so that a probe costs nothing and never waits for a broker.
package final class Health: Sendable {
    /// The parts that have to be all right before the gateway calls itself ready.
    package enum Part: Sendable {
        /// Accepting requests, and not about to stop.
        case http
        /// The producer reaches a broker, and the topics are there.
        case kafka
        /// The store can be written.
        case readModel
        /// The read model has caught up with the topics since the start.
        case projection
        /// Failed reservations can be compensated.
        case saga
        /// The inventory stand-in has its partitions: only where it runs in the same process.
        case inventory

        var name: StaticString {
            switch self {
            case .http: "http"
            case .kafka: "kafka"
            case .readModel: "read_model"
            case .projection: "projection"
            case .saga: "saga"
            case .inventory: "inventory"
            }
        }
    }

    package enum Limits {
        /// When nobody has been able to do anything for so long, the process was stopped (`SIGSTOP`, a
        /// virtual machine that was paused): less than a group's session, so that it is known before
        /// anything is done that others may have done meanwhile.
        package static let pause = Duration.seconds(5)
    }

    private struct State {
        var reasons: [Part: String]
        /// When somebody last said that the process runs.
        var lastTurn = ContinuousClock.now
        var pauses = 0
    }

    private let parts: [Part]
    private let pause: Duration
    private let state: Mutex<State>

    /// - Parameters:
    ///   - parts: Those that count; each is not all right until it says so.
    ///   - pause: When nobody has said for so long that the process runs, it was stopped.
    package init(
        parts: [Part] = [.http, .kafka, .readModel, .projection, .saga],
        pause: Duration = Limits.pause
    ) {
        self.parts = parts
        self.pause = pause
        let reasons = Dictionary(uniqueKeysWithValues: parts.map { ($0, "starting") })
        state = Mutex(State(reasons: reasons))
    }

    /// Says that the process runs, as everybody does who waits for anything, once a second or so.
    ///
    /// What consumes is not all right after a pause until it says so again: others may have gone on, and
    /// may have its partitions.
    ///
    /// - Returns: How many pauses there were by now.
    @discardableResult
    package func noteTurn(now: ContinuousClock.Instant = .now) -> Int {
        state.withLock { state in
            let pause = state.lastTurn.duration(to: now)
            state.lastTurn = max(now, state.lastTurn)
            guard pause > self.pause else { return state.pauses }
            state.pauses += 1
            let seconds = pause.components.seconds
            for part in [Part.projection, .saga, .inventory] where parts.contains(part) {
                state.reasons[part] =
                    "the process was stopped for \(seconds) seconds; reading what came meanwhile"
            }
            return state.pauses
        }
    }

    /// Reports a part as all right; returns whether that is news.
    @discardableResult
    package func succeed(_ part: Part) -> Bool {
        state.withLock { $0.reasons.removeValue(forKey: part) != nil }
    }

    /// Reports a part as not all right; returns whether that is news.
    @discardableResult
    package func fail(_ part: Part, _ reason: String) -> Bool {
        state.withLock { $0.reasons.updateValue(reason, forKey: part) != reason }
    }

    /// Whether one part is all right, as far as it counts here.
    package func isAllRight(_ part: Part) -> Bool {
        noteTurn()
        return state.withLock { $0.reasons[part] == nil }
    }

    package func checks() -> [HealthCheck] {
        noteTurn()
        let reasons = state.withLock { $0.reasons }
        return parts.map { HealthCheck(name: $0.name, reason: reasons[$0]) }
    }

    package var isReady: Bool { checks().allSatisfy { $0.reason == nil } }
}
