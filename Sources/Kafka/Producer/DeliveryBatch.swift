internal import Synchronization

/// Messages that are waited for together: their waiter is resumed when the last has its outcome.
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

    /// To be called once for each message.
    ///
    /// - Returns: Whom to resume, if this was the last outcome.
    func settle(_ index: Int, _ outcome: Outbox.Outcome) -> DeliveryAnswer? {
        let outcomes: [Outbox.Outcome]? = state.withLock { state in
            state.outcomes[index] = outcome
            state.outstanding -= 1
            return state.outstanding == 0 ? state.outcomes.compactMap(\.self) : nil
        }
        return outcomes.map { .all(waiter, $0) }
    }
}

/// Somebody whose wait is over, and what they waited for.
enum DeliveryAnswer: Sendable {
    case one(Outbox.Waiter, Outbox.Outcome)
    case all(DeliveryBatch.Waiter, [Outbox.Outcome])

    /// Not to be called under a lock.
    func resume() {
        switch self {
        case .one(let waiter, let outcome): waiter.resume(returning: outcome)
        case .all(let waiter, let outcomes): waiter.resume(returning: outcomes)
        }
    }
}
