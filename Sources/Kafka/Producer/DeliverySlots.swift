/// Who waits for which delivery: messages carry an integer, and this knows the continuation.
struct DeliverySlots {
    enum Limits {
        /// So many messages at once fill no batches: to wait for more would be in vain.
        static let few = 4
    }

    typealias Outcome = Result<Acknowledgement, PublishError>
    typealias Waiter = UnsafeContinuation<Outcome, Never>

    private enum Slot {
        case waiter(Waiter)
        case part(of: DeliveryBatch, index: Int)
    }

    private var slots: [Slot?] = []
    private var free: [Int] = []
    private(set) var isClosed = false
    /// Whether the latest message found no other under way, and few were at once before that.
    private(set) var isAlone = false
    /// Most messages that were under way at once since none was.
    private var most = 0

    /// The number of messages whose outcome is not known yet.
    var count: Int { slots.count - free.count }

    /// - Returns: The number to send along, from 1; `nil` once closed.
    mutating func insert(_ waiter: Waiter) -> Int? {
        isClosed ? nil : insert(.waiter(waiter))
    }

    /// - Parameter count: Of the messages that are waited for together.
    /// - Returns: A number for each of them; `nil` once closed.
    mutating func insert(_ count: Int, _ waiter: DeliveryBatch.Waiter) -> [Int]? {
        guard !isClosed else { return nil }
        let batch = DeliveryBatch(count, waiter)
        return batch.indices.map { insert(.part(of: batch, index: $0)) }
    }

    private mutating func insert(_ slot: Slot) -> Int {
        isAlone = count == 0 && most <= Limits.few
        most = count == 0 ? 1 : max(most, count + 1)
        if let index = free.popLast() {
            slots[index] = slot
            return index + 1
        }
        slots.append(slot)
        return slots.count
    }

    /// Notes the outcome of a message.
    ///
    /// - Returns: Whom to resume now; `nil` while others of its batch are outstanding, and for a
    ///   number that stands for none.
    mutating func settle(_ number: Int, _ outcome: Outcome) -> DeliveryAnswer? {
        let index = number - 1
        guard slots.indices.contains(index), let slot = slots[index] else { return nil }
        slots[index] = nil
        free.append(index)
        switch slot {
        case .waiter(let waiter): return .one(waiter, outcome)
        case .part(let batch, let index): return batch.settle(index, outcome)
        }
    }

    /// Takes no more waiters from now on.
    mutating func close() { isClosed = true }
}
