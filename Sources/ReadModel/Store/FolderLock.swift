internal import Glibc
internal import Text

/// Keeps a folder for one process (flock(2)); the kernel lets go of it when the process ends, however
/// it ends.
///
/// The locked file says which replica the folder belongs to.
final class FolderLock: Sendable {
    private static let fileName = "lock"

    let folder: String
    /// Drawn when the folder is first used.
    let replicaID: UUID
    private let descriptor: Int32

    /// - Throws: ``StoreError/inUse(folder:)`` when another process, or another store of this one, has
    ///   the lock.
    init(folder: String) throws(StoreError) {
        self.folder = folder
        let path = "\(folder)/\(Self.fileName)"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .notAccessible(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(folder: folder)
        }
        guard let replicaID = Self.readID(descriptor) ?? Self.writeID(descriptor) else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw .notAccessible(path: path, reason: reason)
        }
        self.replicaID = replicaID
    }

    deinit {
        // A process that is being started has a copy of the descriptor until it runs its program
        // (fork(2)), and with it the lock: so it is given back, whoever has copies.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func readID(_ descriptor: Int32) -> UUID? {
        var text = [UInt8](repeating: 0, count: UUID.longestText)
        guard pread(descriptor, &text, text.count, 0) == text.count else { return nil }
        return UUID(text.span)
    }

    /// A half-written one is drawn anew: it is no UUID.
    private static func writeID(_ descriptor: Int32) -> UUID? {
        var random = SystemRandomNumberGenerator()
        let id = UUID(version4From: random.next(), random.next())
        let text = Array("\(id)\n".utf8)
        guard pwrite(descriptor, text, text.count, 0) == text.count else { return nil }
        return id
    }
}
