internal import Dispatch
internal import Synchronization

/// The connections to one database: one that writes and up to four that read, which never wait for
/// one another; for a scratch database the one that writes reads as well.
///
/// May be used by any thread, and blocks it: for a free connection, and while SQLite works. Each
/// connection is used under its lock, by one thread at a time. A body should not ask the pool for
/// another connection: when all are lent, those who have them would wait for one another.
final class ConnectionPool: Sendable {
    enum Limits {
        /// Readers at once: enough to keep two cores busy with orders that are not in memory.
        static let readers = 4
    }

    /// Opened when it is first needed.
    private final class Reader: Sendable {
        let connection = Mutex<Connection?>(nil)

        func close() { connection.withLock { $0 = nil } }
    }

    private let path: String
    private let isScratch: Bool
    /// `nil` when the pool has been closed.
    private let writer: Mutex<Connection?>
    /// Those that nobody uses, the last used at the end; `nil` when the pool has been closed.
    private let idle: Mutex<[Reader]?>
    /// Counts them.
    private let free = DispatchSemaphore(value: Limits.readers)

    init(path: String, isScratch: Bool = false) throws(SQLiteError) {
        self.path = path
        self.isScratch = isScratch
        writer = Mutex(try Connection.open(path, as: isScratch ? .scratch : .writer))
        idle = Mutex((0..<Limits.readers).map { _ in Reader() })
    }

    deinit {
        // The writer is the last one that is closed.
        idle.withLock { $0 = nil }
    }

    // MARK: Using

    /// Lends the connection that writes.
    ///
    /// - Throws: ``SQLiteError/closed``, or what the body throws.
    func write<Value: Sendable>(
        _ body: (inout Connection) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try writer.withLock { connection throws(SQLiteError) in
            guard let value = try connection?.lend(to: body) else { throw .closed }
            return value
        }
    }

    /// Lends a connection that reads: it sees what was committed before.
    ///
    /// - Throws: ``SQLiteError/closed``, what opening a connection throws, or what the body throws.
    func read<Value: Sendable>(
        _ body: (inout Connection) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        guard !isScratch else { return try write(body) }
        let reader = try borrow()
        defer { giveBack(reader) }
        return try reader.connection.withLock { connection throws(SQLiteError) in
            if connection == nil { connection = try Connection.open(path, as: .reader) }
            guard let value = try connection?.lend(to: body) else { throw .closed }
            return value
        }
    }

    private func borrow() throws(SQLiteError) -> Reader {
        // Asked before waiting: who closes the pool waits for the same semaphore.
        guard idle.withLock({ $0 != nil }) else { throw .closed }
        free.wait()
        guard let reader = idle.withLock({ $0?.popLast() }) else {
            free.signal()
            throw .closed
        }
        return reader
    }

    private func giveBack(_ reader: Reader) {
        // Who closes the pool meanwhile goes on when this one is closed.
        if idle.withLock({ $0?.append(reader) }) == nil { reader.close() }
        free.signal()
    }

    // MARK: Closing

    /// Waits for those who use a connection, closes the readers, empties the write-ahead log into the
    /// database, and closes the writer.
    ///
    /// The log stays when it cannot be emptied, because the disk is full or another program reads;
    /// whoever opens the database next reads it.
    ///
    /// - Throws: ``SQLiteError/closed`` when that has been done before.
    func close() throws(SQLiteError) {
        // With the writer's lock, so that only one waits for all readers at once.
        try writer.withLock { writer throws(SQLiteError) in
            guard let readers = idle.withLock({ $0.take() }) else { throw .closed }
            for reader in readers { reader.close() }
            for _ in 0..<Limits.readers { free.wait() }
            for _ in 0..<Limits.readers { free.signal() }
            try? writer?.checkpoint()
            writer = nil
        }
    }
}

extension Connection {
    fileprivate mutating func lend<Value>(
        to body: (inout Connection) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try body(&self)
    }
}
