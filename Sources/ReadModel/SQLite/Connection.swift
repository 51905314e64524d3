internal import CSQLite

/// Owns a connection to a database, and the statements that were prepared on it.
///
/// SQLite takes no lock for it (`SQLITE_OPEN_NOMUTEX`, https://sqlite.org/threadsafe.html): any thread
/// may use it, one at a time. Whatever touches the handle is `mutating`, so that the compiler demands
/// exclusive access; this makes it Sendable.
struct Connection: ~Copyable, @unchecked Sendable {
    enum Role {
        /// Makes the database if it is absent, and gives it a write-ahead log (https://sqlite.org/wal.html).
        case writer
        /// Reads a database that a writer has open.
        ///
        /// It is opened for writing, and told not to write: SQLite cannot always read a database with
        /// a write-ahead log that it may not write to (https://sqlite.org/wal.html#readonly).
        case reader
        /// The only one of a database that is thrown away if anything goes wrong.
        case scratch
    }

    enum Limits {
        /// For a writer of another process, such as a backup, to finish.
        static let busyTimeoutMilliseconds: Int32 = 1_000
        /// What is left of the write-ahead log's file when it begins anew.
        ///
        /// Without a limit it stays as long as it ever was
        /// (https://sqlite.org/pragma.html#pragma_journal_size_limit). The log of an ordinary load fits.
        static let keptLogBytes = 16 * 1024 * 1024
    }

    private let raw: OpaquePointer
    /// By their SQL; as many as the program has.
    private var statements: [String: OpaquePointer] = [:]

    static func open(_ path: String, as role: Role) throws(SQLiteError) -> Connection {
        var connection = Connection(owning: try handle(path, role))
        try connection.setUp(role)
        return connection
    }

    private init(owning raw: OpaquePointer) { self.raw = raw }

    deinit {
        // A statement that is left would keep the connection open (https://sqlite.org/c3ref/close.html).
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
            // There may be a handle all the same (https://sqlite.org/c3ref/open.html).
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
            // Pages are written once, and not to a log first; nobody else looks at the file.
            try execute(
                """
                PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE
                """
            )
        }
    }

    private mutating func setUpLog() throws(SQLiteError) {
        // SQLite opens a file that is write-protected for reading, without a word.
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

    /// Runs statements that have no parameters; their rows are passed over.
    mutating func execute(_ sql: String) throws(SQLiteError) {
        guard sqlite3_exec(raw, sql, nil, nil, nil) == SQLITE_OK else { throw SQLiteError(of: raw) }
    }

    /// Lends a statement, which is prepared once and kept.
    ///
    /// It is reset afterwards: what was bound need not outlive the body, and a row that it stands on
    /// holds no transaction open.
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
        /// Waits at once for its turn to write: one that has read before it wants to write may not
        /// wait, and fails (https://sqlite.org/isolation.html).
        case immediate = "BEGIN IMMEDIATE"
        /// Sees the database as it is at the first read.
        case deferred = "BEGIN DEFERRED"
    }

    /// Runs a body in a transaction, which is taken back when the body or the commit fails.
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

    /// After some errors SQLite has done it by itself (https://sqlite.org/c3ref/get_autocommit.html).
    private mutating func rollBack() {
        guard sqlite3_get_autocommit(raw) == 0 else { return }
        // The error that led here says more than one from this.
        try? run("ROLLBACK")
    }

    private mutating func run(_ sql: String) throws(SQLiteError) {
        try withStatement(sql) { statement throws(SQLiteError) in _ = try statement.step() }
    }

    // MARK: The write-ahead log

    /// Copies of the log what nobody reads any more into the database, and waits for nobody
    /// (`SQLITE_CHECKPOINT_PASSIVE`).
    ///
    /// - Returns: How many frames the log has, and how many of them have been copied by now.
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

    /// Copies the write-ahead log into the database, and empties it.
    ///
    /// Waits for readers of other processes as long as for a writer.
    mutating func checkpoint() throws(SQLiteError) {
        let result = sqlite3_wal_checkpoint_v2(raw, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard result == SQLITE_OK else { throw SQLiteError(of: raw) }
    }
}
