internal import Dispatch
internal import Synchronization

/// The connections to one database: one writer and up to four readers.
///
/// Readers and writer never wait for each other. A scratch database has only the writer, which reads as
/// well.
///
/// Any thread may use the pool. A call blocks its thread until a connection is free and while SQLite
/// works. A body must not ask the pool for another connection: it could wait for itself.
final class ConnectionPool: Sendable {
    enum Limits {
        /// Readers: enough to keep two cores busy with orders that are not in memory.
        static let readers = 4
    }

    /// A connection that reads; it is opened when it is first needed.
    private final class Reader: Sendable {
        let connection = Mutex<Connection?>(nil)

        func close() { connection.withLock { $0 = nil } }
    }

    private let path: String
    private let isScratch: Bool
    /// `nil` when the pool has been closed.
    private let writer: Mutex<Connection?>
    /// The readers that are free, the one used last at the end; `nil` when the pool has been closed.
    private let idle: Mutex<[Reader]?>
    /// Counts the free readers.
    private let free = DispatchSemaphore(value: Limits.readers)

    init(path: String, isScratch: Bool = false) throws(SQLiteError) {
        self.path = path
        self.isScratch = isScratch
        writer = Mutex(try Connection.open(path, as: isScratch ? .scratch : .writer))
        idle = Mutex((0..<Limits.readers).map { _ in Reader() })
    }

    deinit {
        // The readers are closed first. The last connection to close removes the log's files.
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

    /// Lends a connection that reads, and that sees every commit that returned before.
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
        // Checked before waiting: `close()` waits for the same semaphore.
        guard idle.withLock({ $0 != nil }) else { throw .closed }
        free.wait()
        guard let reader = idle.withLock({ $0?.popLast() }) else {
            free.signal()
            throw .closed
        }
        return reader
    }

    private func giveBack(_ reader: Reader) {
        // If the pool is being closed, `close()` waits until this reader is closed.
        if idle.withLock({ $0?.append(reader) }) == nil { reader.close() }
        free.signal()
    }

    // MARK: Closing

    /// Waits until no connection is in use, closes the readers, copies the write-ahead log into the
    /// database, and closes the writer.
    ///
    /// The log stays when it cannot be emptied, because the disk is full or another program reads. The
    /// next connection to the database reads it.
    ///
    /// - Throws: ``SQLiteError/closed`` when the pool is closed already.
    func close() throws(SQLiteError) {
        // Under the writer's lock, so that only one thread waits for the readers.
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
