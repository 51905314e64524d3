internal import Glibc
package import ReadModel

extension SQLiteOrderStore {
    /// The scratch database, in the same folder because rename(2) does not cross file systems.
    private var scratchPath: String { "\(path)-rebuild" }

    /// Removes the scratch databases that killed replays have left in a folder.
    ///
    /// Only the process that reserves the folder may call this function. If a file cannot be removed,
    /// it stays: it only takes space.
    static func removeScratch(in folder: String) {
        removeDatabase("\(folder)/\(fileName)-rebuild")
        // Release 1 rebuilt in a folder of its own, with a lock in it.
        let former = "\(folder)/replay"
        removeDatabase("\(former)/\(fileName)")
        unlink("\(former)/lock")
        rmdir(former)
    }

    private static func removeDatabase(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }

    package func makeScratch() throws(StoreError) -> SQLiteOrderStore {
        // A killed replay may have left a scratch database.
        guard unlink(scratchPath) == 0 || errno == ENOENT else {
            throw .notAccessible(path: scratchPath, reason: systemErrorText())
        }
        return try SQLiteOrderStore(path: scratchPath, isScratch: true)
    }

    /// Closes both stores, and gives the scratch database the name of this one.
    ///
    /// rename(2) replaces the old file in one step.
    package func replace(by scratch: SQLiteOrderStore) throws(StoreError) {
        try scratch.closeFiles()
        do throws(StoreError) {
            try closeFiles()
            try removeLog()
            try synchronize(scratch.path)
            guard rename(scratch.path, path) == 0 else {
                throw StoreError.notAccessible(path: path, reason: systemErrorText())
            }
        } catch {
            unlink(scratch.path)
            throw error
        }
        // If this fails, a power failure may restore the complete old database.
        if let end = path.lastIndex(of: "/") { try? synchronize(String(path[..<end])) }
    }

    /// Removes this database's write-ahead log.
    ///
    /// SQLite would use it as the log of the new database.
    ///
    /// - Throws: ``StoreError`` if the log is not empty. Then another program has the database
    ///   open, so the log could not be emptied.
    private func removeLog() throws(StoreError) {
        for suffix in ["-wal", "-shm"] {
            let log = path + suffix
            guard !FileIdentity.isAbsent(at: log) else { continue }
            guard suffix == "-shm" || FileIdentity.size(at: log) == 0 else {
                throw .notAccessible(path: log, reason: "another program has the database open")
            }
            unlink(log)
        }
    }

    /// Waits until a file or a folder is on the disk (fsync(2)).
    private func synchronize(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .notAccessible(path: path, reason: systemErrorText())
        }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw .notAccessible(path: path, reason: systemErrorText())
        }
    }
}

/// Returns the message of the last failed system call of this thread (strerror(3)).
private func systemErrorText() -> String { String(cString: strerror(errno)) }
