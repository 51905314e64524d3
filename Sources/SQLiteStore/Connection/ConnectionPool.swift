internal import Dispatch
internal import Synchronization

/// The connections to one database: one writer and up to four readers.
///
/// Readers and the writer never wait for each other. A scratch database has only the writer, which
/// also reads.
///
/// Any thread may use the pool. A call blocks its thread until a connection is free and while SQLite
/// works. A body must not ask the pool for another connection: it could wait for itself.
final class ConnectionPool: Sendable {
    enum Limits {
        /// The number of readers: enough to keep two cores busy with orders that are not in memory.
        static let readers = 4
    }

    /// A connection for reading, which is opened on its first use.
    private final class Reader: Sendable {
        let connection = Mutex<Connection?>(nil)

        func close() { connection.withLock { $0 = nil } }
    }

    private let path: String
    private let isScratch: Bool
    /// The writer; `nil` after the pool was closed.
    private let writer: Mutex<Connection?>
    /// The free readers, with the last used one at the end; `nil` after the pool was closed.
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

    /// Lends the writer.
    ///
    /// - Throws: ``SQLiteError/closed`` or the errors of the body.
    func write<Value: Sendable>(
        _ body: (inout Connection) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try writer.withLock { connection throws(SQLiteError) in
            guard let value = try connection?.lend(to: body) else { throw .closed }
            return value
        }
    }

    /// Lends a reader that sees every commit which returned before this call.
    ///
    /// - Throws: ``SQLiteError/closed``, or the errors of opening a connection or of the body.
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
        // Check this before the wait, because `close()` waits for the same semaphore.
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
    /// If the log cannot be emptied, because the disk is full or another program reads, the log
    /// stays. The next connection to the database reads it.
    ///
    /// - Throws: ``SQLiteError/closed`` when the pool is closed already.
    func close() throws(SQLiteError) {
        // Hold the writer's lock, so that only one thread waits for the readers.
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
