internal import Dispatch
internal import Orders
internal import Synchronization
internal import Text

/// Reads single orders for those who cannot block.
///
/// Whoever asks while a read is under way waits for the next one, which reads for all of them in one
/// transaction: handing work to another thread, and beginning a transaction, cost more than the read.
final class OrderReads: Sendable {
    enum Limits {
        /// Transactions at once.
        static let readers = 2
        /// Orders in one transaction; so many wait for one another.
        static let orders = 64
    }

    private typealias Outcome = Result<Order?, SQLiteError>

    private struct Waiter {
        let id: OrderID
        let continuation: UnsafeContinuation<Outcome, Never>
    }

    private struct State {
        /// As many as there are requests, which the server limits.
        var waiting: [Waiter] = []
        /// The queues on which nobody reads.
        ///
        /// Each has a thread of its own while it works: the threads that run tasks wait for no disk.
        var idle = (1...Limits.readers).map { DispatchQueue(label: "order-gateway.reads.\($0)") }
    }

    private let pool: ConnectionPool
    private let state = Mutex(State())

    init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    func order(_ id: OrderID) async throws(SQLiteError) -> Order? {
        let outcome = await withUnsafeContinuation { continuation in
            let idle = state.withLock { state in
                state.waiting.append(Waiter(id: id, continuation: continuation))
                return state.idle.popLast()
            }
            guard let idle else { return }
            idle.async { [self] in serve(on: idle) }
        }
        return try outcome.get()
    }

    private func serve(on queue: DispatchQueue) {
        while let batch = next(queue) {
            let outcomes: [Outcome]
            do throws(SQLiteError) {
                outcomes = try pool.read { connection throws(SQLiteError) in
                    try Self.read(batch, &connection)
                }
            } catch {
                outcomes = batch.map { _ in .failure(error) }
            }
            for (waiter, outcome) in zip(batch, outcomes) {
                waiter.continuation.resume(returning: outcome)
            }
        }
    }

    /// Those who have waited longest; `nil` when there is nothing more for this queue.
    private func next(_ queue: DispatchQueue) -> [Waiter]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.idle.append(queue)
                return nil
            }
            let batch = Array(state.waiting.prefix(Limits.orders))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// The transaction begins, and sees what was written, after everyone in the batch has asked.
    private static func read(
        _ batch: [Waiter],
        _ connection: inout Connection
    ) throws(SQLiteError) -> [Outcome] {
        try connection.transaction(.deferred) { connection throws(SQLiteError) in
            try connection.withStatement(OrderRow.select) { statement throws(SQLiteError) in
                batch.map { waiter in
                    Outcome { () throws(SQLiteError) in try OrderRow.order(waiter.id, statement) }
                }
            }
        }
    }
}
