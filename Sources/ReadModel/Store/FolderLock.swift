internal import Glibc

/// Keeps a folder for one process (flock(2)); the kernel lets go of it when the process ends, however
/// it ends.
final class FolderLock: Sendable {
    private static let fileName = "lock"

    private let descriptor: Int32

    /// - Throws: ``StoreError/inUse(folder:)`` when another process, or another store of this one, has
    ///   the lock.
    init(folder: String) throws(StoreError) {
        let path = "\(folder)/\(Self.fileName)"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .notAccessible(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(folder: folder)
        }
    }

    deinit { close(descriptor) }
}
