/// Messages that are waited for together: their waiter is resumed when the last has its outcome.
///
/// Touched only under the lock of the ``DeliverySlots`` that it is in.
final class DeliveryBatch {
    typealias Waiter = UnsafeContinuation<[DeliverySlots.Outcome], Never>

    private var outcomes: [DeliverySlots.Outcome?]
    private var outstanding: Int
    private let waiter: Waiter

    init(_ count: Int, _ waiter: Waiter) {
        outcomes = Array(repeating: nil, count: count)
        outstanding = count
        self.waiter = waiter
    }

    var indices: Range<Int> { outcomes.indices }

    /// - Returns: Whom to resume, if this was the last outcome.
    func settle(_ index: Int, _ outcome: DeliverySlots.Outcome) -> DeliveryAnswer? {
        outcomes[index] = outcome
        outstanding -= 1
        return outstanding == 0 ? .all(waiter, outcomes.compactMap(\.self)) : nil
    }
}

/// Somebody whose wait is over, and what they waited for.
enum DeliveryAnswer: Sendable {
    case one(DeliverySlots.Waiter, DeliverySlots.Outcome)
    case all(DeliveryBatch.Waiter, [DeliverySlots.Outcome])

    /// Not to be called under a lock.
    func resume() {
        switch self {
        case .one(let waiter, let outcome): waiter.resume(returning: outcome)
        case .all(let waiter, let outcomes): waiter.resume(returning: outcomes)
        }
    }
}
