import Foundation
import Synchronization
import TestSupport

/// Clients that place orders at an even pace, and what each was told.
final class OrderLoad: Sendable {
    struct Told: Sendable {
        let status: Int
        /// The order's id, when there was one in the answer.
        let id: String?
        let text: String
    }

    private struct State {
        var told: [String: Told] = [:]
        var counts: [Int: Int] = [:]
        var isOver = false
    }

    private let state = Mutex(State())

    /// What was told, by the order's customer: each has one order.
    var told: [String: Told] { state.withLock { $0.told } }

    func count(_ status: Int) -> Int { state.withLock { $0.counts[status] ?? 0 } }

    /// Runs a body beside clients that place orders until it ends; all have their answers afterwards.
    ///
    /// - Parameters:
    ///   - clients: How many there are, each with a connection.
    ///   - rate: How many orders a second they place together, while each is answered soon.
    static func run(
        on gateway: GatewayProcess,
        clients: Int,
        rate: Int,
        order: @escaping @Sendable (_ customer: String) -> String = {
            OrderText.order(customer: $0)
        },
        _ body: (OrderLoad) async throws -> Void
    ) async throws -> OrderLoad {
        let load = OrderLoad()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    try await onThread {
                        load.place(on: gateway, client, of: clients, rate: rate, order)
                    }
                }
            }
            do {
                try await body(load)
            } catch {
                load.end()
                throw error
            }
            load.end()
            try await group.waitForAll()
        }
        return load
    }

    private func end() { state.withLock { $0.isOver = true } }

    private func place(
        on gateway: GatewayProcess,
        _ client: Int,
        of clients: Int,
        rate: Int,
        _ order: (String) -> String
    ) {
        let connection = gateway.client()
        let pause = Duration.seconds(1) * clients / rate
        var next = ContinuousClock.now + pause * client / clients
        for number in 0... {
            let wait = ContinuousClock.now.duration(to: next)
            // Not to wait for anything: this is the pace of the load.
            if wait > .zero { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
            next = max(next + pause, .now)
            guard !state.withLock({ $0.isOver }) else { return }
            let customer = "c-\(client)-\(number)"
            let reply = try? connection.post("/orders", json: order(customer))
            let id = try? reply?.json["order_id"].string
            note(customer, Told(status: reply?.status ?? 0, id: id, text: reply?.text ?? ""))
        }
    }

    private func note(_ customer: String, _ told: Told) {
        state.withLock { state in
            state.told[customer] = told
            state.counts[told.status, default: 0] += 1
        }
    }
}
