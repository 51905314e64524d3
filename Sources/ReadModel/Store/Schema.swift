/// The tables, as a person with `sqlite3` sees them.
///
/// Times are milliseconds since the epoch. A row whose `created_at` is NULL belongs to an order whose
/// creation has not been consumed yet.
///
/// The migrations that a database has gone through are in a table whose name is that of the library
/// that wrote it at first.
enum Schema {
    private static let migrations = [
        // Ids are time-ordered, so new rows go to the end: no row id is needed beside them.
        (
            name: "1: orders and offsets",
            sql: """
            CREATE TABLE orders (
                order_id TEXT NOT NULL PRIMARY KEY,
                status TEXT NOT NULL,
                customer_id TEXT,
                items TEXT,
                total_amount TEXT,
                created_at INTEGER,
                correlation_id TEXT,
                trace_id TEXT,
                reserved_at INTEGER,
                failed_at INTEGER,
                failure_reason TEXT,
                cancelled_at INTEGER,
                cancellation_reason TEXT,
                cancelled_by TEXT
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE offsets (
                topic TEXT NOT NULL,
                partition INTEGER NOT NULL,
                next_offset INTEGER NOT NULL,
                PRIMARY KEY (topic, partition)
            ) STRICT, WITHOUT ROWID;
            """
        ),
        // Until now there was but the one.
        (
            name: "2: currency",
            sql: """
            ALTER TABLE orders ADD COLUMN currency TEXT;
            UPDATE orders SET currency = 'USD' WHERE created_at IS NOT NULL;
            """
        ),
    ]

    /// Brings a database to this version, each migration in a transaction with its mention.
    ///
    /// - Returns: `false` when a later version has migrated it; nothing is changed then.
    static func migrate(_ connection: inout Connection) throws(SQLiteError) -> Bool {
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)"
        )
        let applied = try applied(&connection)
        guard applied.isSubset(of: migrations.map(\.name)) else { return false }
        for migration in migrations where !applied.contains(migration.name) {
            try connection.transaction(.immediate) { connection throws(SQLiteError) in
                try connection.execute(migration.sql)
                try connection.withStatement("INSERT INTO grdb_migrations VALUES (?)") {
                    statement throws(SQLiteError) in
                    try statement.bind(copying: migration.name, at: 1)
                    _ = try statement.step()
                }
            }
        }
        return true
    }

    private static func applied(_ connection: inout Connection) throws(SQLiteError) -> Set<String> {
        try connection.withStatement("SELECT identifier FROM grdb_migrations") {
            statement throws(SQLiteError) in
            var names: Set<String> = []
            while try statement.step() { names.insert(statement.string(0) ?? "") }
            return names
        }
    }
}
