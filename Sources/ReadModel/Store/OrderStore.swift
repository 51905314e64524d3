internal import Glibc
package import Orders
internal import Synchronization
package import Text

/// One partition of a consumed topic.
package struct StreamPosition: Hashable, Sendable {
    package let topic: String
    package let partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

/// The orders on disk, and how far the topics have been consumed into them (SQLite).
///
/// Rows and offsets are written in one transaction. That makes `synchronous=NORMAL` safe: a power
/// failure may take the last transactions back, but then it takes both, and consumption resumes
/// before the events whose effect was lost.
package final class OrderStore: Sendable {
    /// The database's name in the folder.
    package static let fileName = "orders.sqlite"

    private let path: String
    private let pool: ConnectionPool
    private let reads: OrderReads
    private let ids: Mutex<StoredIDs>
    private let lock: FolderLock
    private let files: StoreFiles

    /// Tells this folder's replica from the others; the same for as long as the folder is there.
    package var replicaID: UUID { lock.replicaID }

    /// Opens the store in a folder, which is made if it is absent.
    ///
    /// - Parameters:
    ///   - isScratch: Whether it is thrown away if anything goes wrong: nothing is kept safe until
    ///     ``replace(by:)`` puts it in another one's place.
    ///   - logLimit: Of the write-ahead log in bytes, beyond which ``heldBackLog()`` looks for readers.
    /// - Throws: ``StoreError``
    package convenience init(folder: String, isScratch: Bool = false) throws(StoreError) {
        try self.init(folder: folder, isScratch: isScratch, logLimit: StoreFiles.Limits.logBytes)
    }

    init(folder: String, isScratch: Bool = false, logLimit: Int) throws(StoreError) {
        try Self.makeFolder(folder)
        lock = try FolderLock(folder: folder)
        let path = "\(folder)/\(Self.fileName)"
        self.path = path
        let isKnown: Bool
        do {
            pool = try ConnectionPool(path: path, isScratch: isScratch)
            reads = OrderReads(pool)
            isKnown = try pool.write(Schema.migrate)
            ids = Mutex(StoredIDs(highest: isKnown ? try pool.write(Self.highestID) : nil))
            // All of them are there by now.
            files = StoreFiles(path, logLimit: logLimit)
        } catch {
            throw StoreError(error, path: path, action: "opening the read model")
        }
        guard isKnown else { throw .tooNew(path: path) }
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

    private static func highestID(_ connection: inout Connection) throws(SQLiteError) -> OrderID? {
        try connection.withStatement("SELECT max(order_id) FROM orders") {
            statement throws(SQLiteError) in
            guard try statement.step() else { return nil }
            // What is no id was written by somebody else, so nothing is known of it.
            return statement.text(0) { OrderID($0.span) ?? OrderID(high: .max, low: .max) }
        }
    }

    /// Waits for those who read or write, copies the write-ahead log into the database and closes it.
    ///
    /// - Throws: ``StoreError`` when it is closed already, as everything does that is asked of it then.
    package func close() throws(StoreError) {
        do {
            try pool.close()
        } catch {
            throw StoreError(error, path: path, action: "closing the read model")
        }
    }

    // MARK: Watching

    /// What has become of the files, if they are not the ones that are open; asks the file system.
    package var fileTrouble: StoreFileTrouble? { files.trouble }

    /// The size of the write-ahead log in bytes, if it is too long because somebody who reads holds it
    /// back; blocks.
    ///
    /// - Throws: ``StoreError``
    package func heldBackLog() throws(StoreError) -> Int? {
        do {
            return try files.heldBackLog(pool)
        } catch {
            throw StoreError(error, path: path, action: "looking at the write-ahead log")
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
        try reading("reading orders", OrderRow.select) { statement throws(SQLiteError) in
            var found: [OrderID: Order] = [:]
            for id in ids { found[id] = try OrderRow.order(id, statement) }
            return found
        }
    }

    /// The next orders by their ids, which is by the time of their creation; blocks.
    ///
    /// - Parameter id: Those behind this one; `nil` from the first on.
    package func orders(after id: OrderID?, limit: Int) throws(StoreError) -> [Order] {
        let select = """
            SELECT \(OrderRow.columns) FROM orders WHERE order_id > ? ORDER BY order_id LIMIT ?
            """
        return try reading("reading orders", select) { statement throws(SQLiteError) in
            try statement.bind(copying: id?.description ?? "", at: 1)
            statement.bind(Int64(limit), at: 2)
            var orders: [Order] = []
            while try statement.step() { orders.append(try OrderRow.order(statement)) }
            return orders
        }
    }

    /// The number of orders whose creation has been consumed; blocks.
    package func count() throws(StoreError) -> Int {
        let select = "SELECT count(*) FROM orders WHERE created_at IS NOT NULL"
        return try reading("counting orders", select) { statement throws(SQLiteError) in
            try statement.step() ? Int(statement.integer(0) ?? 0) : 0
        }
    }

    /// The number of orders with this id or a higher one; blocks.
    package func count(from id: OrderID) throws(StoreError) -> Int {
        let select = "SELECT count(*) FROM orders WHERE order_id >= ?"
        return try reading("counting orders", select) { statement throws(SQLiteError) in
            try statement.bind(copying: id.description, at: 1)
            return try statement.step() ? Int(statement.integer(0) ?? 0) : 0
        }
    }

    /// For each partition that was ever consumed, the offset of its next record; blocks.
    package func offsets() throws(StoreError) -> [StreamPosition: Int64] {
        let select = "SELECT topic, partition, next_offset FROM offsets"
        return try reading("reading offsets", select) { statement throws(SQLiteError) in
            var offsets: [StreamPosition: Int64] = [:]
            while try statement.step() {
                guard let topic = statement.string(0),
                    let partition = statement.integer(1).flatMap(Int32.init(exactly:)),
                    let next = statement.integer(2)
                else { throw OrderRow.corrupt("offset") }
                offsets[StreamPosition(topic: topic, partition: partition)] = next
            }
            return offsets
        }
    }

    /// Runs a statement in a transaction of a connection that reads.
    private func reading<Value: Sendable>(
        _ action: String,
        _ sql: String,
        _ body: (borrowing Statement) throws(SQLiteError) -> Value
    ) throws(StoreError) -> Value {
        do {
            return try pool.read { connection throws(SQLiteError) in
                try connection.transaction(.deferred) { connection throws(SQLiteError) in
                    try connection.withStatement(sql, body)
                }
            }
        } catch {
            throw StoreError(error, path: path, action: action)
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
        do {
            try pool.write { connection throws(SQLiteError) in
                try connection.transaction(.immediate) { connection throws(SQLiteError) in
                    try Self.write(orders, &connection)
                    try Self.write(offsets, &connection)
                }
            }
        } catch {
            throw StoreError(error, path: path, action: "writing orders")
        }
    }

    private static func write(
        _ orders: some Collection<Order>,
        _ connection: inout Connection
    ) throws(SQLiteError) {
        try connection.withStatement(OrderRow.upsert) { statement throws(SQLiteError) in
            var rows = OrderRowWriter()
            for order in orders { try rows.write(order, statement) }
        }
    }

    private static func write(
        _ offsets: [StreamPosition: Int64],
        _ connection: inout Connection
    ) throws(SQLiteError) {
        try connection.withStatement(
            "INSERT OR REPLACE INTO offsets (topic, partition, next_offset) VALUES (?, ?, ?)"
        ) { statement throws(SQLiteError) in
            for (position, offset) in offsets {
                try statement.bind(copying: position.topic, at: 1)
                statement.bind(Int64(position.partition), at: 2)
                statement.bind(offset, at: 3)
                _ = try statement.step()
                statement.reset()
            }
        }
    }

    /// Keeps everyone else from writing meanwhile.
    ///
    /// For tests.
    func withoutWrites(_ body: () throws -> Void) throws {
        try pool.write { _ throws(SQLiteError) in Result { try body() } }.get()
    }

    /// Limits the file's size, as a full disk would; `nil` for no limit.
    ///
    /// For tests.
    func limitPages(to pages: Int?) throws {
        try pool.write { connection throws(SQLiteError) in
            let current = try connection.withStatement("PRAGMA page_count") {
                statement throws(SQLiteError) in
                try statement.step() ? Int(statement.integer(0) ?? 0) : 0
            }
            let limit = pages.map { current + $0 } ?? 1_073_741_823
            try connection.execute("PRAGMA max_page_count = \(limit)")
        }
    }
}
