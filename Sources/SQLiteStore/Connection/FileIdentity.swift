internal import Glibc

/// Tells a file from another file that later has the same path (inode(7)).
struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let inode: ino_t

    /// - Returns: `nil` when there is no file, or the file system does not answer.
    init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }

    /// Whether there is certainly no file at a path.
    ///
    /// A missing right, or a file server that does not answer, is not certain (stat(2)).
    static func isAbsent(at path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 && [ENOENT, ENOTDIR].contains(errno)
    }

    /// The size of a file in bytes; 0 when there is no file.
    static func size(at path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
