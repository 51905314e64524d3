import Foundation
import Synchronization
import TestSupport

/// Looks at readiness again and again, and notes each change of what it says of Kafka.
final class ReadinessWatch: Sendable {
    private struct State {
        /// `nil` while all is well.
        var reasons: [String?] = []
        var isOver = false
    }

    private let state = Mutex(State())

    /// What was said, in its order; neighbours differ.
    var reasons: [String?] { state.withLock { $0.reasons } }

    /// How often Kafka became available, from now on.
    var recoveries: Int {
        let reasons = reasons
        return zip(reasons, reasons.dropFirst()).count { $0 != nil && $1 == nil }
    }

    /// Runs a body beside the look-out.
    static func run(
        on gateway: GatewayProcess,
        _ body: (ReadinessWatch) async throws -> Void
    ) async throws {
        let watch = ReadinessWatch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await onThread { watch.look(at: gateway) } }
            defer { watch.state.withLock { $0.isOver = true } }
            try await body(watch)
        }
    }

    private func look(at gateway: GatewayProcess) {
        let client = gateway.client()
        while !state.withLock({ $0.isOver }) {
            // The pace of the looks, also of those that come to nothing.
            defer { Thread.sleep(forTimeInterval: 0.1) }
            guard let check = try? client.get("/readyz").json["checks"]["kafka"] else { continue }
            let reason = check["status"] == "ok" ? nil : check["reason"].string ?? ""
            state.withLock { state in
                if state.reasons.last != .some(reason) { state.reasons.append(reason) }
            }
        }
    }
}

extension GatewayProcess {
    /// What readiness says of Kafka; `nil` when all is well.
    func kafkaReason() async throws -> String? {
        let check = try await get("/readyz").json["checks"]["kafka"]
        return check["status"] == "ok" ? nil : check["reason"].string ?? ""
    }

    /// Waits until readiness says something of Kafka, and nothing bad without words.
    func waitForKafka(saying words: String? = nil, within limit: Duration = .seconds(30))
        async throws
    {
        var last: String?
        do {
            try await eventually(within: limit, "Kafka: \(words ?? "available")") {
                last = try await kafkaReason()
                return words.map { last?.contains($0) == true } ?? (last == nil)
            }
        } catch {
            throw SupportError("\(error), but: \(last ?? "available")")
        }
    }
}
