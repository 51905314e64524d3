internal import Synchronization

/// The state of one part on which readiness depends.
package struct HealthCheck: Sendable {
    package let name: StaticString
    /// The reason why the part is not ready, for people; `nil` if it is ready.
    package let reason: String?

    package init(name: StaticString, reason: String?) {
        self.name = name
        self.reason = reason
    }
}

/// The last report of every part.
///
/// The parts report their states, and readiness only reads them. So a probe is cheap and never
/// waits for a broker.
package final class Health: Sendable {
    /// The parts that have to be ready before the gateway is ready.
    package enum Part: Sendable {
        /// The HTTP server accepts requests, and the gateway is not about to stop.
        case http
        /// The producer reaches a broker, and the topics exist.
        case kafka
        /// The store can be written.
        case readModel
        /// The read model has caught up with the topics since the start.
        case projection
        /// Failed reservations can be compensated.
        case saga
        /// The inventory stand-in has its partitions; used only if it runs in the same process.
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
        /// The time without a sign of life after which the process must have been paused
        /// (`SIGSTOP`, or a paused virtual machine).
        ///
        /// It is shorter than the session timeout of a consumer group. So this process knows about
        /// the pause before it repeats the work of other members.
        package static let pause = Duration.seconds(5)
    }

    private struct State {
        var reasons: [Part: String]
        /// The time of the last call of ``noteTurn(now:)``.
        var lastTurn = ContinuousClock.now
        var pauses = 0
    }

    private let parts: [Part]
    private let pause: Duration
    private let state: Mutex<State>

    /// - Parameters:
    ///   - parts: The parts that count. Each part is not ready until it reports success.
    ///   - pause: The time without a sign of life after which the process was paused.
    package init(
        parts: [Part] = [.http, .kafka, .readModel, .projection, .saga],
        pause: Duration = Limits.pause
    ) {
        self.parts = parts
        self.pause = pause
        let reasons = Dictionary(uniqueKeysWithValues: parts.map { ($0, "starting") })
        state = Mutex(State(reasons: reasons))
    }

    /// Reports that the process runs.
    ///
    /// Every part that waits calls this function about once a second.
    ///
    /// After a pause, consumers are not ready until they report again, because other members may
    /// have taken over their partitions.
    ///
    /// - Returns: The number of pauses so far.
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

    /// Reports that a part is ready; returns whether that is new.
    @discardableResult
    package func succeed(_ part: Part) -> Bool {
        state.withLock { $0.reasons.removeValue(forKey: part) != nil }
    }

    /// Reports that a part is not ready; returns whether that is new.
    @discardableResult
    package func fail(_ part: Part, _ reason: String) -> Bool {
        state.withLock { $0.reasons.updateValue(reason, forKey: part) != reason }
    }

    /// Returns whether one part is ready.
    ///
    /// A part that does not count is always ready.
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
