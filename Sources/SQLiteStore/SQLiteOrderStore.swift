internal import Glibc
package import Orders
package import ReadModel

/// A store of orders in a SQLite database.
///
/// The database runs with `synchronous=NORMAL`: a power failure may undo the last transactions
/// (https://sqlite.org/pragma.html#pragma_synchronous). This is safe because one transaction writes
/// orders and offsets. Both are undone together, and consumption resumes before the lost events.
package final class SQLiteOrderStore: RebuildableStore {
    /// The database's name in its folder.
    package static let fileName = "orders.sqlite"

    let path: String
    let pool: ConnectionPool
    private let reads: OrderReads
    private let files: StoreFiles
    private let isScratch: Bool
    private let owner: (any AnyObject & Sendable)?

    /// Opens the database in a folder, and creates it if it is absent.
    ///
    /// - Parameters:
    ///   - folder: An existing folder.
    ///   - owner: The object that reserves the folder for this process. The store keeps it alive. With
    ///     an owner, the rest of killed replays is removed.
    /// - Throws: ``StoreError``
    package convenience init(
        folder: String,
        keeping owner: (any AnyObject & Sendable)? = nil
    ) throws(StoreError) {
        if owner != nil { Self.removeScratch(in: folder) }
        try self.init(path: "\(folder)/\(Self.fileName)", keeping: owner)
    }

    /// - Parameters:
    ///   - isScratch: Whether the database is not crash-safe until it replaces another one.
    ///   - logLimitBytes: The size of the log above which ``heldBackLog()`` checks for readers.
    init(
        path: String,
        isScratch: Bool = false,
        keeping owner: (any AnyObject & Sendable)? = nil,
        logLimitBytes: Int = StoreFiles.Limits.logBytes
    ) throws(StoreError) {
        self.path = path
        self.isScratch = isScratch
        self.owner = owner
        let isKnown: Bool
        do {
            pool = try ConnectionPool(path: path, isScratch: isScratch)
            reads = OrderReads(pool)
            isKnown = try pool.write(Schema.migrate)
            // All files of the database exist now.
            files = StoreFiles(path, logLimitBytes: logLimitBytes)
        } catch {
            throw StoreError(error, path: path, action: "opening the read model")
        }
        guard isKnown else { throw .tooNew(path: path) }
    }

    deinit {
        if isScratch, (try? pool.close()) != nil { unlink(path) }
    }

    /// Waits for running operations, copies the write-ahead log into the database and closes it.
    package func close() throws(StoreError) {
        try closeFiles()
        if isScratch { unlink(path) }
    }

    func closeFiles() throws(StoreError) {
        do {
            try pool.close()
        } catch {
            throw StoreError(error, path: path, action: "closing the read model")
        }
    }

    package func order(_ id: OrderID) async throws(StoreError) -> Order? {
        do {
            return try await reads.order(id)
        } catch {
            throw StoreError(error, path: path, action: "reading an order")
        }
    }

    // MARK: Writing

    @discardableResult
    package func commit(
        orders: [Order],
        offsets: [StreamPosition: Int64]
    ) throws(StoreError) -> Int {
        do {
            return try pool.write { connection throws(SQLiteError) in
                try connection.transaction(.immediate) { connection throws(SQLiteError) in
                    let bytes = try Self.write(orders, &connection)
                    try Self.write(offsets, &connection)
                    return bytes
                }
            }
        } catch {
            throw StoreError(error, path: path, action: "writing orders")
        }
    }

    private static func write(
        _ orders: [Order],
        _ connection: inout Connection
    ) throws(SQLiteError) -> Int {
        var rows = OrderRowWriter()
        var rest = orders[...]
        for (count, sql) in OrderRowWriter.statements where rest.count >= count {
            try connection.withStatement(sql) { statement throws(SQLiteError) in
                while rest.count >= count {
                    try rows.write(rest.prefix(count), statement)
                    rest = rest.dropFirst(count)
                }
            }
        }
        return rows.bytes
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

    // MARK: Watching

    /// Checks in the file system whether the database's files are still the open ones.
    ///
    /// - Returns: The problem with the files; `nil` if they are in place.
    package var fileTrouble: StoreFileTrouble? { files.trouble }

    /// Checks whether a reader prevents the reuse of the write-ahead log; blocks.
    ///
    /// - Returns: The size of the log in bytes if it is too long for this reason; otherwise `nil`.
    /// - Throws: ``StoreError``
    package func heldBackLog() throws(StoreError) -> Int? {
        do {
            return try files.heldBackLog(pool)
        } catch {
            throw StoreError(error, path: path, action: "looking at the write-ahead log")
        }
    }

    // MARK: For tests

    /// Blocks all other writers while a body runs.
    func withoutWrites(_ body: () throws -> Void) throws {
        try pool.write { _ throws(SQLiteError) in Result { try body() } }.get()
    }

    /// Limits the size of the file, as a full disk does.
    ///
    /// - Parameter pages: The number of pages that may be added; `nil` for no limit.
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
