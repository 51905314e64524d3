internal import Glibc
package import Text

/// The data folder of a gateway, locked for this process (flock(2)).
///
/// The kernel releases the lock when the process ends, whatever the cause. The locked file contains
/// the id of the replica that owns the folder.
package final class DataFolder: Sendable {
    private static let lockName = "lock"

    package let path: String
    /// The id that distinguishes this folder's replica from others.
    ///
    /// It is generated at the first use of the folder, and then stays the same.
    package let replicaID: UUID
    private let descriptor: Int32

    /// Locks a folder.
    ///
    /// Creates it if it is absent.
    ///
    /// - Parameters:
    ///   - random: The source of the id of a new replica.
    ///   - clock: The source of the time in that id.
    /// - Throws: ``DataFolderError``
    package init(
        _ path: String,
        random: RandomSource,
        clock: WallClock
    ) throws(DataFolderError) {
        self.path = path
        try Self.makeFolder(path)
        let lock = "\(path)/\(Self.lockName)"
        descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .notAccessible(path: lock, reason: Self.systemErrorText())
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(folder: path)
        }
        let new = random.uuid(at: clock.now())
        guard let id = Self.readID(descriptor) ?? Self.write(new, descriptor) else {
            let reason = Self.systemErrorText()
            close(descriptor)
            throw .notAccessible(path: lock, reason: reason)
        }
        replicaID = id
    }

    deinit {
        // A child process between fork and exec has a copy of the descriptor, and thus of the lock
        // (fork(2)). Unlocking releases the lock although such copies exist.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Creates a folder and the folders above it.
    private static func makeFolder(_ folder: String) throws(DataFolderError) {
        var path = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            path += path.isEmpty || path.hasSuffix("/") ? "\(part)" : "/\(part)"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
                throw .notAccessible(path: path, reason: systemErrorText())
            }
        }
    }

    private static func readID(_ descriptor: Int32) -> UUID? {
        var text = [UInt8](repeating: 0, count: UUID.longestText)
        guard pread(descriptor, &text, text.count, 0) == text.count else { return nil }
        // An id that was only partly written is not a UUID. A new one is generated then.
        return UUID(text.span)
    }

    private static func write(_ id: UUID, _ descriptor: Int32) -> UUID? {
        let text = Array("\(id)\n".utf8)
        return pwrite(descriptor, text, text.count, 0) == text.count ? id : nil
    }

    /// Returns the error text of this thread's last failed system call (strerror(3)).
    private static func systemErrorText() -> String { String(cString: strerror(errno)) }
}

/// The reason why a data folder cannot be used.
package enum DataFolderError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process holds the folder's lock.
    case inUse(folder: String)
    /// The folder or its lock file cannot be created or opened.
    case notAccessible(path: String, reason: String)

    package var description: String {
        switch self {
        case .inUse(let folder):
            "the folder \(folder) is in use by another gateway; each needs one of its own"
        case .notAccessible(let path, let reason): "\(path): \(reason)"
        }
    }
}
