/// Who waits for which delivery: messages carry an integer, and this knows the continuation.
struct DeliverySlots {
    typealias Outcome = Result<Acknowledgement, PublishError>
    typealias Waiter = UnsafeContinuation<Outcome, Never>

    private var waiters: [Waiter?] = []
    private var free: [Int] = []
    private(set) var isClosed = false

    var count: Int { waiters.count - free.count }

    /// - Returns: The number to send along, from 1; `nil` once closed.
    mutating func insert(_ waiter: Waiter) -> Int? {
        guard !isClosed else { return nil }
        if let index = free.popLast() {
            waiters[index] = waiter
            return index + 1
        }
        waiters.append(waiter)
        return waiters.count
    }

    mutating func remove(_ number: Int) -> Waiter? {
        let index = number - 1
        guard waiters.indices.contains(index), let waiter = waiters[index] else { return nil }
        waiters[index] = nil
        free.append(index)
        return waiter
    }

    /// Takes no more waiters from now on.
    mutating func close() { isClosed = true }
}
