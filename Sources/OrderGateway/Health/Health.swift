internal import Synchronization

/// One of the things that readiness depends on.
package struct HealthCheck: Sendable {
    package let name: StaticString
    /// Why it is not all right, for a person; `nil` when it is.
    package let reason: String?
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

    private let parts: [Part]
    private let reasons: Mutex<[Part: String]>

    /// - Parameter parts: Those that count; each is not all right until it says so.
    package init(parts: [Part] = [.http, .kafka, .readModel, .projection, .saga]) {
        self.parts = parts
        reasons = Mutex(Dictionary(uniqueKeysWithValues: parts.map { ($0, "starting") }))
    }

    /// Reports a part as all right; returns whether that is news.
    @discardableResult
    package func succeed(_ part: Part) -> Bool {
        reasons.withLock { $0.removeValue(forKey: part) != nil }
    }

    /// Reports a part as not all right; returns whether that is news.
    @discardableResult
    package func fail(_ part: Part, _ reason: String) -> Bool {
        reasons.withLock { $0.updateValue(reason, forKey: part) != reason }
    }

    package func checks() -> [HealthCheck] {
        let reasons = reasons.withLock { $0 }
        return parts.map { HealthCheck(name: $0.name, reason: reasons[$0]) }
    }

    package var isReady: Bool { checks().allSatisfy { $0.reason == nil } }
}
