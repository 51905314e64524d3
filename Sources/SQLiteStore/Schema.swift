/// The tables of the database.
///
/// Times are milliseconds since 1970-01-01T00:00Z. A row whose `created_at` is NULL belongs to an order
/// whose creation has not been consumed yet.
///
/// The table `grdb_migrations` lists the applied migrations. The first releases used the library
/// GRDB, which gave the table its name.
enum Schema {
    private static let migrations = [
        // IDs grow with time, so new rows go to the end of the table. It needs no row IDs.
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
        // All orders before this version were in US dollars.
        (
            name: "2: currency",
            sql: """
            ALTER TABLE orders ADD COLUMN currency TEXT;
            UPDATE orders SET currency = 'USD' WHERE created_at IS NOT NULL;
            """
        ),
        // The trail of an order that was stored before is not known: NULL.
        (name: "3: event trail", sql: "ALTER TABLE orders ADD COLUMN trail BLOB"),
    ]

    /// Applies the missing migrations of a database, and lists each one in the same transaction.
    ///
    /// - Returns: `false` if a later version has migrated the database; nothing is changed then.
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

    /// Returns the names of the migrations applied to a database.
    private static func applied(_ connection: inout Connection) throws(SQLiteError) -> Set<String> {
        try connection.withStatement("SELECT identifier FROM grdb_migrations") {
            statement throws(SQLiteError) in
            var names: Set<String> = []
            while try statement.step() { names.insert(statement.string(0) ?? "") }
            return names
        }
    }
}
