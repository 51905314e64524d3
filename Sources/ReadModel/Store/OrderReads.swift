internal import GRDB
internal import Orders
internal import Synchronization

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

    private typealias Outcome = Result<Order?, any Error>

    private struct Waiter {
        let id: OrderID
        let continuation: UnsafeContinuation<Outcome, Never>
    }

    private struct State {
        /// As many as there are requests, which the server limits.
        var waiting: [Waiter] = []
        var readers = 0
    }

    private let database: any DatabaseReader
    private let state = Mutex(State())

    init(_ database: any DatabaseReader) {
        self.database = database
    }

    /// - Throws: `DatabaseError`
    func order(_ id: OrderID) async throws -> Order? {
        let outcome = await withUnsafeContinuation { continuation in
            let begins = state.withLock { state in
                state.waiting.append(Waiter(id: id, continuation: continuation))
                guard state.readers < Limits.readers else { return false }
                state.readers += 1
                return true
            }
            // Without GRDB's transaction: there is one for each batch, so that it begins, and sees
            // what was written, after everyone in the batch has asked.
            if begins { database.asyncUnsafeRead { [self] in serve($0) } }
        }
        return try outcome.get()
    }

    private func serve(_ database: Result<Database, any Error>) {
        while let batch = next() {
            let outcomes: [Outcome]
            do {
                outcomes = try Self.read(batch, database.get())
            } catch {
                outcomes = batch.map { _ in .failure(error) }
            }
            for (waiter, outcome) in zip(batch, outcomes) {
                waiter.continuation.resume(returning: outcome)
            }
        }
    }

    /// Those who have waited longest; `nil` when this reader is done.
    private func next() -> [Waiter]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.readers -= 1
                return nil
            }
            let batch = Array(state.waiting.prefix(Limits.orders))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private static func read(_ batch: [Waiter], _ database: Database) throws -> [Outcome] {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(batch.count)
        try database.inTransaction(.deferred) {
            let statement = try PreparedStatement(database, sql: OrderRow.select)
            for waiter in batch {
                outcomes.append(Result { try OrderRow.order(waiter.id, statement) })
            }
            return .commit
        }
        return outcomes
    }
}
