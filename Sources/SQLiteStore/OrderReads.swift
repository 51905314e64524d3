internal import Dispatch
internal import Orders
internal import Synchronization
internal import Text

/// Reads single orders for callers that must not block.
///
/// Callers that ask during a transaction share the next one. A thread switch and the start of a
/// transaction cost more than the read of an order.
final class OrderReads: Sendable {
    enum Limits {
        /// The number of transactions that run at the same time.
        static let readers = 2
        /// The largest number of orders in one transaction; the first one has to wait until the
        /// last one is read.
        static let orders = 64
    }

    private typealias Outcome = Result<Order?, SQLiteError>

    private struct Waiter {
        let id: OrderID
        let continuation: UnsafeContinuation<Outcome, Never>
    }

    private struct State {
        /// The callers that wait for a transaction, at most as many as the server's requests.
        var waiting: [Waiter] = []
        /// The queues on which no transaction runs.
        ///
        /// A queue has its own thread while it works, so that no thread of the shared pool waits
        /// for the disk.
        var idle = (1...Limits.readers).map { DispatchQueue(label: "order-gateway.reads.\($0)") }
    }

    private let pool: ConnectionPool
    private let state = Mutex(State())

    init(_ pool: ConnectionPool) {
        self.pool = pool
    }

    /// Reads one order; `nil` if there is none.
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

    /// Reads batch after batch until no caller waits.
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

    /// Returns the callers that have waited longest.
    ///
    /// If no caller waits, it marks the queue as idle and returns `nil`.
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

    /// Reads the orders of a batch in one transaction.
    ///
    /// The transaction begins after every caller of the batch has asked, so it sees every commit that
    /// returned before a caller asked.
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
