internal import Glibc

/// Which file there is at a path: another one of the same name is another file (inode(7)).
struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let inode: ino_t

    /// - Returns: `nil` when there is none, or it is not told which.
    init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }

    /// Whether there is certainly nothing at a path: a right that is missing, or a file server that is
    /// away, is no answer.
    static func isAbsent(at path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 && [ENOENT, ENOTDIR].contains(errno)
    }

    /// The size of a file in bytes; 0 when there is none.
    static func size(at path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
