/// A waiter that can resume, with the outcome that it waited for.
enum DeliveryAnswer: Sendable {
    case one(Outbox.Waiter, Outbox.Outcome)
    case all(DeliveryBatch.Waiter, [Outbox.Outcome])

    /// Resumes the waiter; do not call this function while holding a lock.
    func resume() {
        switch self {
        case .one(let waiter, let outcome): waiter.resume(returning: outcome)
        case .all(let waiter, let outcomes): waiter.resume(returning: outcomes)
        }
    }
}

/// The waiters that one turn of the delivery thread answers.
///
/// Most of them wait for one acknowledgement. These are plain values, which cost nothing to pass on.
struct DeliveryAnswers {
    private struct Acknowledged {
        let waiter: Outbox.Waiter
        let place: Acknowledgement
    }

    private var acknowledged: [Acknowledged] = []
    private var others: [DeliveryAnswer] = []

    var isEmpty: Bool { acknowledged.isEmpty && others.isEmpty }

    mutating func append(_ waiter: Outbox.Waiter, _ place: Acknowledgement) {
        acknowledged.append(Acknowledged(waiter: waiter, place: place))
    }

    mutating func append(_ answer: DeliveryAnswer) { others.append(answer) }

    mutating func append(_ answers: [DeliveryAnswer]) { others += answers }

    /// Resumes the waiters and forgets them; do not call this function while holding a lock.
    mutating func resume() {
        for answer in acknowledged { answer.waiter.resume(returning: .success(answer.place)) }
        for answer in others { answer.resume() }
        acknowledged.removeAll(keepingCapacity: true)
        others.removeAll()
    }
}
