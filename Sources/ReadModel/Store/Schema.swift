internal import GRDB

/// The tables, as a person with `sqlite3` sees them.
///
/// Times are milliseconds since the epoch. A row whose `created_at` is NULL belongs to an order whose
/// creation has not been consumed yet.
enum Schema {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: orders and offsets") { database in
            // Ids are time-ordered, so new rows go to the end: no row id is needed beside them.
            try database.execute(
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
            )
        }
        migrator.registerMigration("2: currency") { database in
            // Until now there was but the one.
            try database.execute(
                sql: """
                    ALTER TABLE orders ADD COLUMN currency TEXT;
                    UPDATE orders SET currency = 'USD' WHERE created_at IS NOT NULL;
                    """
            )
        }
        return migrator
    }()
}
