internal import Synchronization

/// A problem with the database's files while they are open.
///
/// SQLite continues with the open files, and reports no error.
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

/// The identities of a database's files at the time when it was opened.
final class StoreFiles: Sendable {
    enum Limits {
        /// The size of the write-ahead log above which a check looks for a blocking reader.
        ///
        /// It is a few times the size that the largest transactions need.
        static let logBytes = 64 * 1024 * 1024
    }

    private let path: String
    private let logLimitBytes: Int
    private let opened: [(path: String, identity: FileIdentity)]
    /// The number of copied frames at the last check, if the log was too long then.
    private let copied = Mutex<Int?>(nil)

    /// - Parameter path: The path of the database.
    init(_ path: String, logLimitBytes: Int) {
        self.path = path
        self.logLimitBytes = logLimitBytes
        opened = ["", "-wal", "-shm"].compactMap { suffix in
            FileIdentity(at: path + suffix).map { (path + suffix, $0) }
        }
    }

    /// The problem with the files; `nil` if they are still the opened ones.
    var trouble: StoreFileTrouble? {
        for file in opened {
            if FileIdentity.isAbsent(at: file.path) { return .removed(path: file.path) }
            if let now = FileIdentity(at: file.path), now != file.identity {
                return .replaced(path: file.path)
            }
        }
        return nil
    }

    /// Returns the size of the log in bytes if it is too long because a reader prevents its reuse.
    ///
    /// The sign of such a reader is that no frames were copied since the previous check. The
    /// store's own readers are quick, so they do not last from one check to the next.
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
