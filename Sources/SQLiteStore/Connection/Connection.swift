internal import CSQLite

/// Owns a connection to a database, and the statements that were prepared on it.
///
/// SQLite does not lock the connection (`SQLITE_OPEN_NOMUTEX`, https://sqlite.org/threadsafe.html): any
/// thread may use it, but only one at a time. Every method that touches the handle is `mutating`, so the
/// compiler demands exclusive access. That is why the type is Sendable.
struct Connection: ~Copyable, @unchecked Sendable {
    enum Role {
        /// Creates the database if it is absent, and uses a write-ahead log
        /// (https://sqlite.org/wal.html).
        case writer
        /// Reads a database that a writer has open.
        ///
        /// It is opened for writing, and then a pragma forbids writes. SQLite cannot always read a
        /// database with a write-ahead log without the right to write it
        /// (https://sqlite.org/wal.html#readonly).
        case reader
        /// The only connection to a database that is deleted if anything goes wrong.
        case scratch
    }

    enum Limits {
        /// The longest wait of a statement for a writer of another process, such as a backup.
        static let busyTimeoutMilliseconds: Int32 = 1_000
        /// The size to which SQLite truncates the write-ahead log's file when it reuses it.
        ///
        /// Without a limit the file never shrinks
        /// (https://sqlite.org/pragma.html#pragma_journal_size_limit). A usual log is smaller.
        static let keptLogBytes = 16 * 1024 * 1024
    }

    private let raw: OpaquePointer
    /// The prepared statements by their SQL; the program has a fixed number of SQL strings.
    private var statements: [String: OpaquePointer] = [:]

    static func open(_ path: String, as role: Role) throws(SQLiteError) -> Connection {
        var connection = Connection(owning: try handle(path, role))
        try connection.setUp(role)
        return connection
    }

    private init(owning raw: OpaquePointer) { self.raw = raw }

    deinit {
        // sqlite3_close fails while a statement is left (https://sqlite.org/c3ref/close.html).
        for statement in statements.values { sqlite3_finalize(statement) }
        let result = sqlite3_close(raw)
        precondition(result == SQLITE_OK, "a connection is closed while it is in use")
    }

    private static func handle(_ path: String, _ role: Role) throws(SQLiteError) -> OpaquePointer {
        var flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        if role != .reader { flags |= SQLITE_OPEN_CREATE }
        var raw: OpaquePointer?
        let result = sqlite3_open_v2(path, &raw, flags, nil)
        guard result == SQLITE_OK, let raw else {
            // A failed call may return a handle, too (https://sqlite.org/c3ref/open.html).
            defer { sqlite3_close(raw) }
            throw SQLiteError(of: raw)
        }
        return raw
    }

    private mutating func setUp(_ role: Role) throws(SQLiteError) {
        sqlite3_busy_timeout(raw, Limits.busyTimeoutMilliseconds)
        switch role {
        case .writer:
            try setUpLog()
            try execute(
                "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = \(Limits.keptLogBytes)"
            )
        case .reader: try execute("PRAGMA synchronous = NORMAL; PRAGMA query_only = 1")
        case .scratch:
            // There is no log, so each page is written once. No other process reads the file.
            try execute(
                """
                PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE
                """
            )
        }
    }

    private mutating func setUpLog() throws(SQLiteError) {
        // SQLite opens a write-protected file for reading and reports no error.
        guard sqlite3_db_readonly(raw, "main") == 0 else {
            throw SQLiteError(
                extendedCode: SQLITE_READONLY,
                message: "attempt to write a readonly database"
            )
        }
        let mode = try withStatement("PRAGMA journal_mode = WAL") { statement throws(SQLiteError) in
            try statement.step() ? statement.string(0) : nil
        }
        guard mode == "wal" else {
            throw SQLiteError(
                extendedCode: SQLITE_ERROR,
                message: "the database cannot have a write-ahead log"
            )
        }
    }

    // MARK: Statements

    /// Runs statements that have no parameters, and ignores their rows.
    mutating func execute(_ sql: String) throws(SQLiteError) {
        guard sqlite3_exec(raw, sql, nil, nil, nil) == SQLITE_OK else { throw SQLiteError(of: raw) }
    }

    /// Lends a statement, which is prepared once and kept.
    ///
    /// The statement is reset afterwards. So bound values are not needed after the body, and an
    /// unread row keeps no transaction open.
    mutating func withStatement<Value>(
        _ sql: String,
        _ body: (borrowing Statement) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        let statement = Statement(lent: try prepared(sql))
        defer { statement.reset() }
        return try body(statement)
    }

    private mutating func prepared(_ sql: String) throws(SQLiteError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let result = sqlite3_prepare_v3(raw, sql, -1, flags, &statement, nil)
        guard result == SQLITE_OK, let statement else { throw SQLiteError(of: raw) }
        statements[sql] = statement
        return statement
    }

    // MARK: Transactions

    enum Transaction: String {
        /// Waits for the write lock when it begins. A transaction that begins to write after it has
        /// read cannot wait, and fails (https://sqlite.org/isolation.html).
        case immediate = "BEGIN IMMEDIATE"
        /// Sees the state of the database at the time of the transaction's first read.
        case deferred = "BEGIN DEFERRED"
    }

    /// Runs a body in a transaction, and rolls it back if the body or the commit fails.
    ///
    /// - Throws: The first error.
    mutating func transaction<Value>(
        _ transaction: Transaction,
        _ body: (inout Connection) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try run(transaction.rawValue)
        do throws(SQLiteError) {
            let value = try body(&self)
            try run("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Rolls back, unless SQLite has already done this, as after some errors
    /// (https://sqlite.org/c3ref/get_autocommit.html).
    private mutating func rollBack() {
        guard sqlite3_get_autocommit(raw) == 0 else { return }
        // The first error is more useful than an error of the rollback.
        try? run("ROLLBACK")
    }

    private mutating func run(_ sql: String) throws(SQLiteError) {
        try withStatement(sql) { statement throws(SQLiteError) in _ = try statement.step() }
    }

    // MARK: The write-ahead log

    /// Copies frames of the log that no reader needs into the database, and never waits
    /// (`SQLITE_CHECKPOINT_PASSIVE`, https://sqlite.org/c3ref/wal_checkpoint_v2.html).
    ///
    /// - Returns: The number of frames in the log, and the number of frames copied so far.
    mutating func copyLog() throws(SQLiteError) -> (logged: Int, copied: Int) {
        var logged: Int32 = 0
        var copied: Int32 = 0
        let result = sqlite3_wal_checkpoint_v2(
            raw,
            nil,
            SQLITE_CHECKPOINT_PASSIVE,
            &logged,
            &copied
        )
        guard result == SQLITE_OK else { throw SQLiteError(of: raw) }
        return (Int(logged), Int(copied))
    }

    // MARK: Closing

    /// Copies the whole write-ahead log into the database, and empties it
    /// (`SQLITE_CHECKPOINT_TRUNCATE`).
    ///
    /// It waits up to ``Limits/busyTimeoutMilliseconds`` for readers of other processes.
    mutating func checkpoint() throws(SQLiteError) {
        let result = sqlite3_wal_checkpoint_v2(raw, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard result == SQLITE_OK else { throw SQLiteError(of: raw) }
    }
}
