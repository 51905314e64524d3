internal import Glibc
internal import GRDB
package import Orders

/// One partition of a consumed topic.
package struct StreamPosition: Hashable, Sendable {
    package let topic: String
    package let partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

/// The orders on disk, and how far the topics have been consumed into them (SQLite through GRDB).
///
/// Rows and offsets are written in one transaction. That makes `synchronous=NORMAL` safe: a power
/// failure may take the last transactions back, but then it takes both, and consumption resumes
/// before the events whose effect was lost.
package final class OrderStore: Sendable {
    enum Limits {
        /// Readers at once: enough to keep two cores busy with orders that are not in memory.
        static let readers = 4
        /// Ids in one SELECT, below SQLite's limit on parameters (`SQLITE_MAX_VARIABLE_NUMBER`).
        static let idsPerSelect = 500
        /// For a writer of another process, such as a backup, to finish.
        static let busyTimeoutSeconds = 1.0
    }

    /// The database's name in the folder.
    package static let fileName = "orders.sqlite"

    private let path: String
    private let pool: DatabasePool
    private let lock: FolderLock

    /// Tells this folder's replica from the others; the same for as long as the folder is there.
    package var replicaID: UUID { lock.replicaID }

    /// Opens the store in a folder, which is made if it is absent.
    ///
    /// - Throws: ``StoreError``
    package init(folder: String) throws(StoreError) {
        try Self.makeFolder(folder)
        lock = try FolderLock(folder: folder)
        let path = "\(folder)/\(Self.fileName)"
        self.path = path
        do {
            var configuration = Configuration()
            configuration.maximumReaderCount = Limits.readers
            configuration.busyMode = .timeout(Limits.busyTimeoutSeconds)
            configuration.label = "order-gateway.store"
            pool = try DatabasePool(path: path, configuration: configuration)
            if try pool.read({ try Schema.migrator.hasBeenSuperseded($0) }) {
                throw StoreError.tooNew(path: path)
            }
            try Schema.migrator.migrate(pool)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, path: path, action: "opening the read model")
        }
    }

    private static func makeFolder(_ folder: String) throws(StoreError) {
        var path = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            path += path.isEmpty || path.hasSuffix("/") ? "\(part)" : "/\(part)"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
                throw .notAccessible(path: path, reason: String(cString: strerror(errno)))
            }
        }
    }

    /// Copies the write-ahead log into the database and closes it.
    package func close() throws(StoreError) {
        try wrapping("closing the read model") {
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
        }
    }

    // MARK: Reading

    /// An order, read on another thread.
    package func order(_ id: OrderID) async throws(StoreError) -> Order? {
        do {
            return try await pool.read { database in
                try Self.select(database, [id]).first
            }
        } catch {
            throw StoreError(error, path: path, action: "reading an order")
        }
    }

    /// Those of many orders that there are; blocks.
    package func orders(_ ids: [OrderID]) throws(StoreError) -> [OrderID: Order] {
        try wrapping("reading orders") {
            try pool.read { database in
                var found: [OrderID: Order] = [:]
                for start in stride(from: 0, to: ids.count, by: Limits.idsPerSelect) {
                    let chunk = ids[start..<min(start + Limits.idsPerSelect, ids.count)]
                    for order in try Self.select(database, chunk) { found[order.id] = order }
                }
                return found
            }
        }
    }

    private static func select(
        _ database: Database,
        _ ids: some Collection<OrderID>
    ) throws -> [Order] {
        let marks = repeatElement("?", count: ids.count).joined(separator: ",")
        let statement = try database.cachedStatement(
            sql: "SELECT \(OrderRow.columns) FROM orders WHERE order_id IN (\(marks))"
        )
        let arguments = StatementArguments(ids.map(\.description))
        var orders: [Order] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { orders.append(try OrderRow.order(row)) }
        return orders
    }

    /// The next orders by their ids, which is by the time of their creation; blocks.
    ///
    /// - Parameter id: Those behind this one; `nil` from the first on.
    package func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order] {
        try wrapping("reading orders") {
            try pool.read { database in
                let statement = try database.cachedStatement(
                    sql: """
                        SELECT \(OrderRow.columns) FROM orders WHERE order_id > ?
                        ORDER BY order_id LIMIT ?
                        """
                )
                let rows = try Row.fetchCursor(
                    statement,
                    arguments: [id?.description ?? "", limit]
                )
                var orders: [Order] = []
                while let row = try rows.next() { orders.append(try OrderRow.order(row)) }
                return orders
            }
        }
    }

    /// The number of orders whose creation has been consumed.
    package func count() throws(StoreError) -> Int {
        try wrapping("counting orders") {
            try pool.read { database in
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM orders WHERE created_at IS NOT NULL"
                ) ?? 0
            }
        }
    }

    /// For each partition that was ever consumed, the offset of its next record.
    package func offsets() throws(StoreError) -> [StreamPosition: Int64] {
        try wrapping("reading offsets") {
            try pool.read { database in
                var offsets: [StreamPosition: Int64] = [:]
                let rows = try Row.fetchCursor(
                    database,
                    sql: "SELECT topic, partition, next_offset FROM offsets"
                )
                while let row = try rows.next() {
                    offsets[StreamPosition(topic: row[0], partition: row[1])] = row[2]
                }
                return offsets
            }
        }
    }

    // MARK: Replacing

    /// Closes this store and another one, and puts the other's database in the place of this one's.
    ///
    /// rename(2) does it at once: whenever the process is killed, one or the other is there whole.
    ///
    /// - Throws: ``StoreError``; this store's database is still the old one then.
    package func replace(by other: OrderStore) throws(StoreError) {
        try other.close()
        try close()
        // A log that was left, because another program has the database open, would be taken for
        // the new one's.
        for suffix in ["-wal", "-shm"] {
            let log = path + suffix
            var status = stat()
            guard stat(log, &status) == 0 else { continue }
            guard suffix == "-shm" || status.st_size == 0 else {
                throw .notAccessible(path: log, reason: "another program has the database open")
            }
            unlink(log)
        }
        guard rename(other.path, path) == 0 else {
            throw .notAccessible(path: path, reason: String(cString: strerror(errno)))
        }
        let folder = open(lock.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        Glibc.close(folder)
    }

    // MARK: Writing

    /// Writes orders and offsets together, or nothing; blocks.
    package func commit(
        orders: some Collection<Order>,
        offsets: [StreamPosition: Int64]
    ) throws(StoreError) {
        try wrapping("writing orders") {
            try pool.write { database in
                let upsert = try database.cachedStatement(sql: OrderRow.upsert)
                for order in orders { try upsert.execute(arguments: OrderRow.arguments(order)) }
                let save = try database.cachedStatement(
                    sql:
                        "INSERT OR REPLACE INTO offsets (topic, partition, next_offset) VALUES (?,?,?)"
                )
                for (position, offset) in offsets {
                    try save.execute(arguments: [position.topic, position.partition, offset])
                }
            }
        }
    }

    private func wrapping<Value>(
        _ action: String,
        _ body: () throws -> Value
    ) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path, action: action)
        }
    }

    /// Limits the file's size, as a full disk would; `nil` for no limit.
    ///
    /// For tests.
    func limitPages(to pages: Int?) throws {
        try pool.writeWithoutTransaction { database in
            let current = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(
                sql: "PRAGMA max_page_count = \(pages.map { current + $0 } ?? 1_073_741_823)"
            )
        }
    }
}
