internal import Synchronization

/// What can happen to the database's files while they are open.
///
/// SQLite continues with the files that it has open, and reports nothing.
package enum StoreFileTrouble: Equatable, Sendable, CustomStringConvertible {
    case removed(path: String)
    case replaced(path: String)

    package var description: String {
        switch self {
        case .removed(let path):
            "\(path) was removed while it is open: what is stored from now on is gone when the"
                + " gateway ends. Restart it: what the topics still have is read anew. Orders that"
                + " are older come back only with the file, to be put back while it is stopped"
        case .replaced(let path):
            "\(path) was replaced while it is open: what is stored from now on goes to the old file,"
                + " and is gone when the gateway ends. Restart it to use the new one"
        }
    }
}

/// The files of an open database, as they were when it was opened.
final class StoreFiles: Sendable {
    enum Limits {
        /// The size of the write-ahead log beyond which a look finds out whether a reader holds it
        /// back: a few times what the largest transactions need.
        static let logBytes = 64 * 1024 * 1024
    }

    private let path: String
    private let logLimitBytes: Int
    private let opened: [(path: String, identity: FileIdentity)]
    /// How many frames of the log had been copied at the last look, if the log was too long then.
    private let copied = Mutex<Int?>(nil)

    /// - Parameter path: The path of the database.
    init(_ path: String, logLimitBytes: Int) {
        self.path = path
        self.logLimitBytes = logLimitBytes
        opened = ["", "-wal", "-shm"].compactMap { suffix in
            FileIdentity(at: path + suffix).map { (path + suffix, $0) }
        }
    }

    /// What has happened to the files; `nil` when they are the ones that were opened.
    var trouble: StoreFileTrouble? {
        for file in opened {
            if FileIdentity.isAbsent(at: file.path) { return .removed(path: file.path) }
            if let now = FileIdentity(at: file.path), now != file.identity {
                return .replaced(path: file.path)
            }
        }
        return nil
    }

    /// The size of the log in bytes, if it is too long and a reader keeps it from being reused.
    ///
    /// The sign of such a reader is that no more frames are copied from one look to the next. The
    /// store's own readers are quick, so they do not last from look to look.
    func heldBackLog(_ pool: ConnectionPool) throws(SQLiteError) -> Int? {
        let size = FileIdentity.size(at: path + "-wal")
        guard size > logLimitBytes else {
            copied.withLock { $0 = nil }
            return nil
        }
        let found = try pool.write { connection throws(SQLiteError) in
            try connection.copyLog()
        }
        return copied.withLock { last in
            defer { last = found.copied }
            return found.copied < found.logged && found.copied == last ? size : nil
        }
    }
}
