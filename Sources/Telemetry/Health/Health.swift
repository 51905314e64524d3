internal import Synchronization
package import Text

/// The state of one part on which readiness depends.
package struct HealthCheck: Sendable {
    package let name: StaticString
    /// The reason why the part is not ready, for people; `nil` if it is ready.
    package let reason: String?
    /// The time since when the part is ready, or is not ready for this reason.
    package let since: Timestamp
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
        /// Enough of the disk is free to store more.
        case disk
        /// Every event loop that serves requests turns.
        case eventLoops
        /// Failed reservations can be compensated.
        case saga
        /// The inventory stand-in has its partitions; used only if it runs in the same process.
        case inventory

        /// The parts of a gateway without an inventory stand-in.
        package static let ofGateway: [Part] = [
            .http, .eventLoops, .kafka, .readModel, .disk, .projection, .saga,
        ]

        /// Where the documentation says what its reasons mean and what to do.
        package var help: String {
            switch self {
            case .http, .kafka, .readModel, .disk, .eventLoops: "docs/operating.md#\(name)"
            case .projection, .saga, .inventory: "docs/operating.md#projection-and-saga"
            }
        }

        package var name: StaticString {
            switch self {
            case .http: "http"
            case .kafka: "kafka"
            case .readModel: "read_model"
            case .disk: "disk"
            case .eventLoops: "event_loops"
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
        /// The age of the broker's metadata at which nothing is known about the broker any more.
        ///
        /// One look at the broker, with all its time limits, takes at most 17 seconds.
        package static let metadataAge = Duration.seconds(20)
    }

    private struct State {
        /// The reason why each part is not ready; `nil` if it is ready.
        var reasons: [Part: String]
        /// The time since when each part is ready, or has this reason.
        var since: [Part: Timestamp]
        /// The time of the last call of ``noteTurn(now:)``.
        var lastTurn = ContinuousClock.now
        var pauses = 0
        /// The time of the last call of ``noteMetadata(now:)``.
        var lastMetadata: ContinuousClock.Instant?

        /// - Returns: Whether that is new.
        mutating func set(_ part: Part, _ reason: String?, at time: Timestamp) -> Bool {
            guard reasons[part] != reason else { return false }
            reasons[part] = reason
            since[part] = time
            return true
        }
    }

    private let parts: [Part]
    private let pause: Duration
    private let clock: WallClock
    private let start: Timestamp
    private let state: Mutex<State>

    /// - Parameters:
    ///   - parts: The parts that count. Each part is not ready until it reports success. Only the
    ///     event loops turn until the opposite is known, because a new process must not look hung.
    ///   - pause: The time without a sign of life after which the process was paused.
    ///   - clock: The clock for the times since when parts are ready or not.
    package init(
        parts: [Part] = Part.ofGateway,
        pause: Duration = Limits.pause,
        clock: WallClock = .system
    ) {
        self.parts = parts
        self.pause = pause
        self.clock = clock
        let start = clock.now()
        self.start = start
        let late = parts.filter { $0 != .eventLoops }
        state = Mutex(
            State(
                reasons: Dictionary(uniqueKeysWithValues: late.map { ($0, "starting") }),
                since: Dictionary(uniqueKeysWithValues: parts.map { ($0, start) })
            )
        )
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
            expireMetadata(&state, now)
            guard pause > self.pause else { return state.pauses }
            state.pauses += 1
            let seconds = pause.components.seconds
            for part in [Part.projection, .saga, .inventory] where parts.contains(part) {
                let reason =
                    "the process was stopped for \(seconds) seconds; reading what came meanwhile"
                _ = state.set(part, reason, at: clock.now())
            }
            return state.pauses
        }
    }

    /// Reports that the broker has told about its topics.
    ///
    /// If that does not happen again in time, Kafka is not ready.
    package func noteMetadata(now: ContinuousClock.Instant = .now) {
        state.withLock { $0.lastMetadata = now }
    }

    private func expireMetadata(_ state: inout State, _ now: ContinuousClock.Instant) {
        guard let last = state.lastMetadata, last + Limits.metadataAge < now,
            state.reasons[.kafka] == nil, parts.contains(.kafka)
        else { return }
        let reason =
            "the broker has told nothing about its topics for \(Limits.metadataAge.components.seconds) seconds"
        _ = state.set(.kafka, reason, at: clock.now())
    }

    /// Reports that a part is ready; returns whether that is new.
    @discardableResult
    package func succeed(_ part: Part) -> Bool {
        state.withLock { $0.set(part, nil, at: clock.now()) }
    }

    /// Reports that a part is not ready; returns whether that is new.
    @discardableResult
    package func fail(_ part: Part, _ reason: String) -> Bool {
        state.withLock { $0.set(part, reason, at: clock.now()) }
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
        return state.withLock { state in parts.map { check($0, state) } }
    }

    /// Returns what shows that the process is alive: somebody calls this function, and every event
    /// loop turns.
    package func livenessChecks() -> [HealthCheck] {
        let answers = HealthCheck(name: Part.http.name, reason: nil, since: start)
        guard parts.contains(.eventLoops) else { return [answers] }
        return [answers, state.withLock { check(.eventLoops, $0) }]
    }

    private func check(_ part: Part, _ state: State) -> HealthCheck {
        HealthCheck(
            name: part.name,
            reason: state.reasons[part],
            since: state.since[part] ?? start
        )
    }

    package var isReady: Bool { checks().allSatisfy { $0.reason == nil } }
}
