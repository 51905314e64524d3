internal import Synchronization

/// A batch of messages with one waiter, which resumes when the last message has its outcome.
final class DeliveryBatch: Sendable {
    typealias Waiter = UnsafeContinuation<[Outbox.Outcome], Never>

    private struct State {
        var outcomes: [Outbox.Outcome?]
        var outstanding: Int
    }

    let indices: Range<Int>
    private let state: Mutex<State>
    private let waiter: Waiter

    init(_ count: Int, _ waiter: Waiter) {
        indices = 0..<count
        state = Mutex(State(outcomes: Array(repeating: nil, count: count), outstanding: count))
        self.waiter = waiter
    }

    /// Notes the outcome of a message.
    ///
    /// Call this function once per message.
    ///
    /// - Returns: The waiter to resume, if this was the last outcome.
    func settle(_ index: Int, _ outcome: Outbox.Outcome) -> DeliveryAnswer? {
        let outcomes: [Outbox.Outcome]? = state.withLock { state in
            state.outcomes[index] = outcome
            state.outstanding -= 1
            return state.outstanding == 0 ? state.outcomes.compactMap(\.self) : nil
        }
        return outcomes.map { .all(waiter, $0) }
    }
}
