internal import Glibc
internal import GRDB
package import Orders
internal import Synchronization

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
        /// For a writer of another process, such as a backup, to finish.
        static let busyTimeoutSeconds = 1.0
    }

    /// The database's name in the folder.
    package static let fileName = "orders.sqlite"

    private let path: String
    private let database: any DatabaseWriter
    private let reads: OrderReads
    private let ids: Mutex<StoredIDs>
    private let lock: FolderLock

    /// Tells this folder's replica from the others; the same for as long as the folder is there.
    package var replicaID: UUID { lock.replicaID }

    /// Opens the store in a folder, which is made if it is absent.
    ///
    /// - Parameter isScratch: Whether it is thrown away if anything goes wrong: nothing is kept safe
    ///   until ``replace(by:)`` puts it in another one's place.
    /// - Throws: ``StoreError``
    package init(folder: String, isScratch: Bool = false) throws(StoreError) {
        try Self.makeFolder(folder)
        lock = try FolderLock(folder: folder)
        let path = "\(folder)/\(Self.fileName)"
        self.path = path
        do {
            var configuration = Configuration()
            configuration.maximumReaderCount = Limits.readers
            configuration.busyMode = .timeout(Limits.busyTimeoutSeconds)
            configuration.label = "order-gateway.store"
            if isScratch {
                configuration.prepareDatabase { try $0.execute(sql: Self.scratchPragmas) }
                database = try DatabaseQueue(path: path, configuration: configuration)
            } else {
                database = try DatabasePool(path: path, configuration: configuration)
            }
            if try database.read({ try Schema.migrator.hasBeenSuperseded($0) }) {
                throw StoreError.tooNew(path: path)
            }
            try Schema.migrator.migrate(database)
            reads = OrderReads(database)
            ids = Mutex(StoredIDs(highest: try database.read(Self.highestID)))
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, path: path, action: "opening the read model")
        }
    }

    /// Pages are written once, and not to a log first; nobody else looks at the file.
    private static let scratchPragmas = """
        PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE
        """

    private static func makeFolder(_ folder: String) throws(StoreError) {
        var path = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            path += path.isEmpty || path.hasSuffix("/") ? "\(part)" : "/\(part)"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
                throw .notAccessible(path: path, reason: String(cString: strerror(errno)))
            }
        }
    }

    private static func highestID(_ database: Database) throws -> OrderID? {
        guard let text = try String.fetchOne(database, sql: "SELECT max(order_id) FROM orders")
        else { return nil }
        // What is no id was written by somebody else, so nothing is known of it.
        return OrderID(text) ?? OrderID(high: .max, low: .max)
    }

    /// Copies the write-ahead log into the database and closes it.
    package func close() throws(StoreError) {
        try wrapping("closing the read model") {
            _ = try? database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try database.close()
        }
    }

    // MARK: Reading

    /// `false` only when an order is certainly not stored; a look into memory.
    func mayContain(_ id: OrderID) -> Bool { ids.withLock { $0.mayContain(id) } }

    /// An order, read on another thread.
    package func order(_ id: OrderID) async throws(StoreError) -> Order? {
        guard mayContain(id) else { return nil }
        do {
            return try await reads.order(id)
        } catch {
            throw StoreError(error, path: path, action: "reading an order")
        }
    }

    /// Those of many orders that there are; blocks.
    package func orders(_ ids: [OrderID]) throws(StoreError) -> [OrderID: Order] {
        try wrapping("reading orders") {
            try database.read { database in
                let statement = try PreparedStatement(database, sql: OrderRow.select)
                var found: [OrderID: Order] = [:]
                for id in ids { found[id] = try OrderRow.order(id, statement) }
                return found
            }
        }
    }

    /// The next orders by their ids, which is by the time of their creation; blocks.
    ///
    /// - Parameter id: Those behind this one; `nil` from the first on.
    package func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order] {
        try wrapping("reading orders") {
            try database.read { database in
                let statement = try PreparedStatement(
                    database,
                    sql: """
                        SELECT \(OrderRow.columns) FROM orders WHERE order_id > ?
                        ORDER BY order_id LIMIT ?
                        """
                )
                var after = id?.description ?? ""
                return try after.withUTF8 { after in
                    // What is bound must not outlive the text.
                    defer { statement.reset() }
                    statement.bind(UnsafeRawBufferPointer(after), at: 1)
                    statement.bind(Int64(limit), at: 2)
                    var orders: [Order] = []
                    while try statement.step() { orders.append(try OrderRow.order(statement)) }
                    return orders
                }
            }
        }
    }

    /// The number of orders whose creation has been consumed.
    package func count() throws(StoreError) -> Int {
        try wrapping("counting orders") {
            try database.read { database in
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM orders WHERE created_at IS NOT NULL"
                ) ?? 0
            }
        }
    }

    /// The number of orders with this id or a higher one.
    package func count(from id: OrderID) throws(StoreError) -> Int {
        try wrapping("counting orders") {
            try database.read { database in
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM orders WHERE order_id >= ?",
                    arguments: [id.description]
                ) ?? 0
            }
        }
    }

    /// For each partition that was ever consumed, the offset of its next record.
    package func offsets() throws(StoreError) -> [StreamPosition: Int64] {
        try wrapping("reading offsets") {
            try database.read { database in
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
        try Self.synchronize(other.path)
        guard rename(other.path, path) == 0 else {
            throw .notAccessible(path: path, reason: String(cString: strerror(errno)))
        }
        try? Self.synchronize(lock.folder)
    }

    /// Waits until a file or a folder is on the disk (fsync(2)).
    private static func synchronize(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .notAccessible(path: path, reason: String(cString: strerror(errno)))
        }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw .notAccessible(path: path, reason: String(cString: strerror(errno)))
        }
    }

    // MARK: Writing

    /// Writes orders and offsets together, or nothing; blocks.
    package func commit(
        orders: some Collection<Order>,
        offsets: [StreamPosition: Int64]
    ) throws(StoreError) {
        ids.withLock { for order in orders { $0.insert(order.id) } }
        try wrapping("writing orders") {
            try database.write { database in
                var rows = try OrderRowWriter(database)
                for order in orders { try rows.write(order) }
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

    /// Keeps everyone else from writing meanwhile.
    ///
    /// For tests.
    func withoutWrites(_ body: () throws -> Void) throws {
        try database.writeWithoutTransaction { _ in try body() }
    }

    /// Limits the file's size, as a full disk would; `nil` for no limit.
    ///
    /// For tests.
    func limitPages(to pages: Int?) throws {
        try database.writeWithoutTransaction { database in
            let current = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(
                sql: "PRAGMA max_page_count = \(pages.map { current + $0 } ?? 1_073_741_823)"
            )
        }
    }
}
