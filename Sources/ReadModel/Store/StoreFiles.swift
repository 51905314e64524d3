internal import Synchronization

/// What may become of the database's files while they are open: SQLite goes on with the ones that it
/// has, and does not say so.
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
        /// Of the write-ahead log, beyond which it is asked whether a reader holds it back: a few times
        /// what the largest transactions need.
        static let logBytes = 64 * 1024 * 1024
    }

    private let path: String
    private let logLimit: Int
    private let opened: [(path: String, identity: FileIdentity)]
    /// How many frames were copied at the last look, if the log was too long then.
    private let copied = Mutex<Int?>(nil)

    /// - Parameter path: That of the database.
    init(_ path: String, logLimit: Int = Limits.logBytes) {
        self.path = path
        self.logLimit = logLimit
        opened = ["", "-wal", "-shm"].compactMap { suffix in
            FileIdentity(at: path + suffix).map { (path + suffix, $0) }
        }
    }

    /// What has become of the files, if they are not what they were.
    var trouble: StoreFileTrouble? {
        for file in opened {
            if FileIdentity.isAbsent(at: file.path) { return .removed(path: file.path) }
            if let now = FileIdentity(at: file.path), now != file.identity {
                return .replaced(path: file.path)
            }
        }
        return nil
    }

    /// The size of the log in bytes, if somebody who reads keeps it from beginning anew.
    ///
    /// That shows in no more being copied from one look to the next; a reader of ours is quick.
    func heldBackLog(_ pool: ConnectionPool) throws(SQLiteError) -> Int? {
        let size = FileIdentity.size(at: path + "-wal")
        guard size > logLimit else {
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
